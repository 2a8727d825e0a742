/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Where deliveries may go: to public addresses, and to others only if {@code
 * relay.allow-private-addresses} is set. No delivery goes to the relay itself.
 *
 * <p>Threads: any. The web servers add their ports at the start.
 */
@Component
public class Destinations {
    private static final Logger LOG = LoggerFactory.getLogger(Destinations.class);

    private final boolean allowPrivate;
    private final Set<Integer> ownPorts = ConcurrentHashMap.newKeySet();

    Destinations(CourierProperties properties) {
        this.allowPrivate = properties.allowPrivateAddresses();
        if (allowPrivate) {
            LOG.warn(
                    "relay.allow-private-addresses=true: anyone who can subscribe can have the relay"
                            + " send requests to this machine and its network. Use it for trials only.");
        }
    }

    @EventListener
    void started(WebServerInitializedEvent event) {
        ownPorts.add(event.getWebServer().getPort());
    }

    /** {@return whether deliveries may go to this address} */
    boolean allow(InetSocketAddress destination) {
        InetAddress address = destination.getAddress();
        if (!allowPrivate && !PublicAddresses.contain(address)) return false;
        return !(ownPorts.contains(destination.getPort()) && isThisMachine(address));
    }

    /**
     * {@return whether no delivery to this URL can ever be allowed} Only a URL that contains an
     * address, or the name {@code localhost}, tells this. A name is checked when a delivery
     * connects to its addresses.
     */
    public boolean refuse(URI url) {
        InetAddress address = literal(url.getHost());
        return address != null && !allow(new InetSocketAddress(address, port(url)));
    }

    private static @Nullable InetAddress literal(String host) {
        if (host.equalsIgnoreCase("localhost")) return InetAddress.getLoopbackAddress();
        try {
            return InetAddress.ofLiteral(host.startsWith("[") ? inBrackets(host) : host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String inBrackets(String host) {
        return host.substring(1, host.length() - 1);
    }

    private static int port(URI url) {
        if (url.getPort() != -1) return url.getPort();
        return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private static boolean isThisMachine(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) return true;
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true; // not known, so better no delivery now
        }
    }
}

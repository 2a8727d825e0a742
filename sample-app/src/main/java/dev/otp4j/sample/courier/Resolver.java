/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Gives the HTTP client the addresses of a host to which deliveries may go. The client connects to
 * these addresses and resolves no name by itself, so a name cannot lead to another address after
 * the check.
 *
 * <p>The operating system may take long to resolve a name and cannot be interrupted. It does so on
 * threads of its own, so that a request ends in time and can be killed meanwhile.
 */
final class Resolver implements DnsResolver, AutoCloseable {
    private static final int THREADS = 32;

    /** As {@link InetAddress#getAllByName}. */
    interface Lookup {
        InetAddress[] find(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final Destinations destinations;
    private final Duration timeout;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    THREADS,
                    THREADS,
                    10,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().daemon().name("relay-resolver-", 0).factory());

    Resolver(Lookup lookup, Destinations destinations, Duration timeout) {
        this.lookup = lookup;
        this.destinations = destinations;
        this.timeout = timeout;
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        List<InetSocketAddress> allowed =
                Stream.of(resolve(host))
                        .map(address -> new InetSocketAddress(address, port))
                        .filter(destinations::allow)
                        .toList();
        if (allowed.isEmpty()) throw new AddressRefusedException(host);
        return allowed;
    }

    /** All addresses, allowed or not. The client asks for those of a port only. */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        Future<InetAddress[]> found = threads.submit(() -> lookup.find(host));
        try {
            return found.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) throw unknown;
            if (e.getCause() instanceof Error error) throw error;
            throw unknown(host, e.getCause());
        } catch (TimeoutException e) {
            throw unknown(host, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host, e);
        } finally {
            found.cancel(true);
        }
    }

    private static UnknownHostException unknown(String host, Throwable cause) {
        var unknown = new UnknownHostException(host);
        unknown.initCause(cause);
        return unknown;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

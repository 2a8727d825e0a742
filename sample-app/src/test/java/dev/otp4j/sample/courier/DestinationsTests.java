/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;

class DestinationsTests {
    private final Destinations strict = new Destinations(WebhookSenderTests.properties(false));
    private final Destinations open = new Destinations(WebhookSenderTests.properties(true));

    private static InetSocketAddress at(String address) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), 80);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "100.100.100.200",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.168.1.1",
                "198.18.0.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "::ffff:0:10.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b::127.0.0.1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "3fff::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "ff0e::1"
            })
    void aSpecialAddressIsRefusedUnlessAllAreAllowed(String address) throws Exception {
        assertThat(strict.allow(at(address))).isFalse();
        assertThat(open.allow(at(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "223.255.255.255",
                "2001:200::1",
                "2606:4700::1111",
                "2a00:1450::1",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8"
            })
    void aPublicAddressIsAllowed(String address) throws Exception {
        assertThat(strict.allow(at(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/", "http://LOCALHOST:81/", "http://127.0.0.1/",
                "http://2130706433/", "https://[::1]/", "http://[::ffff:10.0.0.1]/",
                "http://[fe80::1]/", "http://169.254.169.254/latest/meta-data"
            })
    void aUrlThatShowsItsAddressIsRefusedAtOnce(String url) {
        assertThat(strict.refuse(URI.create(url))).isTrue();
        assertThat(open.refuse(URI.create(url))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.org/", "https://1.1.1.1/", "http://[2606:4700::1]/"})
    void anotherUrlIsNotRefusedAtOnce(String url) {
        assertThat(strict.refuse(URI.create(url))).isFalse();
    }

    @Test
    void noDeliveryGoesToTheRelayItself() throws Exception {
        open.started(
                new WebServerInitializedEvent(new Listening(80)) {
                    @Override
                    public WebServerApplicationContext getApplicationContext() {
                        throw new UnsupportedOperationException();
                    }
                });

        assertThat(open.allow(at("127.0.0.1"))).isFalse();
        assertThat(open.allow(at("127.0.0.2"))).isFalse();
        assertThat(open.allow(at("::1"))).isFalse();
        assertThat(open.allow(at("0.0.0.0"))).isFalse();
        assertThat(open.allow(new InetSocketAddress(InetAddress.getLocalHost(), 80))).isFalse();
        assertThat(open.allow(at("10.1.2.3"))).isTrue();
        assertThat(open.allow(new InetSocketAddress("127.0.0.1", 81))).isTrue();
        assertThat(open.refuse(URI.create("http://localhost/"))).isTrue();
        assertThat(open.refuse(URI.create("https://localhost/"))).isFalse();
    }

    private record Listening(int port) implements WebServer {
        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public int getPort() {
            return port;
        }
    }
}

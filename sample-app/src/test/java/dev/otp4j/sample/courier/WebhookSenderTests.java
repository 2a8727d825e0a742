/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.Secret;
import dev.otp4j.sample.ledger.Subscription;
import dev.otp4j.sample.ledger.Turn;
import dev.otp4j.sample.testkit.RawReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class WebhookSenderTests {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";

    private final CourierProperties properties = properties(true);
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final WebhookSender sender =
            new WebhookSender(properties, new Destinations(properties), clock);

    static CourierProperties properties(boolean allowPrivate) {
        return new CourierProperties(
                null,
                null,
                null,
                0,
                Duration.ofMinutes(10),
                TIMEOUT,
                Duration.ofSeconds(5),
                allowPrivate);
    }

    @AfterEach
    void close() throws IOException {
        sender.destroy();
    }

    private static Due due(String url) {
        var subscription = Subscription.of(URI.create(url), Secret.generate());
        return new Due(subscription, 1, "evt_1", "{}".getBytes(), 0, 0, new Turn(null, 0, 0));
    }

    private Answer send(RawReceiver receiver) {
        return sender.send(due(receiver.url()));
    }

    /** Sends to a server that answers each request with a text. */
    private Answer answered(String text) {
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            while (connection.request() != null) connection.send(text);
                        })) {
            return send(receiver);
        }
    }

    private static String failure(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.None.class);
        return ((Answer.None) answer).why().text();
    }

    @Test
    void theRequestIsSentAsTheUrlSays() throws Exception {
        var head = new CompletableFuture<String>();
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            head.complete(connection.request());
                            connection.send(NO_CONTENT);
                        })) {
            sender.send(due(receiver.url() + "/a//b/../c%2Fd?x=%2B+&y"));
        }

        assertThat(head.get())
                .startsWith("POST /hook/a//b/../c%2Fd?x=%2B+&y HTTP/1.1\r\n")
                .containsIgnoringCase("\r\ncontent-type: application/json\r\n")
                .containsIgnoringCase("\r\ncontent-length: 2\r\n")
                .containsIgnoringCase("\r\nuser-agent: otp4j-relay\r\n")
                .doesNotContainIgnoringCase("upgrade")
                .doesNotContainIgnoringCase("accept-encoding");
    }

    /** The alarm closes the connection, which looks as if the subscriber had closed an idle one. */
    @Test
    void aKeptConnectionThatHangsIsATimeoutAndNotTriedAgain() {
        var requests = new AtomicInteger();
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            while (connection.request() != null) {
                                if (requests.incrementAndGet() == 1) connection.send(NO_CONTENT);
                            }
                        })) {
            assertThat(send(receiver)).isEqualTo(new Answer.Status(204, null));
            assertThat(failure(send(receiver))).isEqualTo("no answer in time");
        }
        assertThat(requests).hasValue(2);
    }

    @Test
    void anEndlessBodyIsNotWaitedFor() {
        long start = System.nanoTime();
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.send(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                            while (true) connection.send("400\r\n" + "x".repeat(1024) + "\r\n");
                        })) {
            assertThat(send(receiver)).isEqualTo(new Answer.Status(200, null));
            await().until(() -> receiver.open() == 0);
        }
        assertThat(System.nanoTime() - start).isLessThan(TIMEOUT.toNanos());
    }

    @Test
    void aBodyThatTricklesIsNotWaitedFor() {
        var end = new CountDownLatch(1);
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
                            end.await();
                        })) {
            long start = System.nanoTime();
            assertThat(send(receiver)).isEqualTo(new Answer.Status(200, null));
            assertThat(System.nanoTime() - start).isLessThan(TIMEOUT.toNanos());
            end.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 100\r\n\r\nshort",
                "Content-Length: 107374182400\r\n\r\nshort",
                "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n",
                "\r\nuntil the end"
            })
    void aBrokenBodyIsOfNoInterest(String rest) {
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.send("HTTP/1.1 200 OK\r\n" + rest);
                        })) {
            assertThat(send(receiver)).isEqualTo(new Answer.Status(200, null));
        }
    }

    @Test
    void aRedirectIsAnAnswer() {
        assertThat(answered("HTTP/1.1 302 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo(new Answer.Status(302, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", " 8 ", "Sat, 28 Nov 2026 10:00:08 GMT"})
    void retryAfterIsSecondsOrADate(String value) {
        assertThat(
                        answered(
                                "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\nRetry-After: "
                                        + value
                                        + "\r\n\r\n"))
                .isEqualTo(new Answer.Status(429, Duration.ofSeconds(8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "soon", "1e9", "", "Sat, 32 Nov 2026 10:00:08 GMT"})
    void anotherRetryAfterIsIgnored(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isNull();
    }

    @Test
    void aLongRetryAfterIsReadWithoutOverflow() {
        assertThat(RetryAfter.parse("9".repeat(1000), NOW)).isGreaterThan(Duration.ofDays(365));
        assertThat(RetryAfter.parse("Sat, 28 Nov 2020 10:00:08 GMT", NOW)).isZero();
    }

    /** The server closes each connection a moment after its first answer. */
    @Test
    void anIdleConnectionThatIsClosedCostsNoAttempt() {
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.send(NO_CONTENT);
                        })) {
            for (int i = 0; i < 200; i++) {
                assertThat(send(receiver)).as("%d", i).isEqualTo(new Answer.Status(204, null));
            }
        }
    }

    /** The server reads the second request of a connection, too, and closes without an answer. */
    @Test
    void aRequestOnAReusedConnectionIsRepeatedOnceOnANewOne() {
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.send(NO_CONTENT);
                            connection.request();
                        })) {
            assertThat(send(receiver)).isEqualTo(new Answer.Status(204, null));
            assertThat(send(receiver)).isEqualTo(new Answer.Status(204, null));
            assertThat(receiver.requests()).isEqualTo(3);
            assertThat(receiver.connections()).isEqualTo(2);
        }
    }

    @Test
    void aNewConnectionThatIsClosedIsAFailure() {
        try (var receiver = new RawReceiver(connection -> connection.request())) {
            assertThat(failure(send(receiver))).isEqualTo("connection closed before an answer");
            assertThat(receiver.requests()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatTricklesInIsLate() {
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.send("HTTP/1.1 200 OK\r\n");
                            while (true) {
                                connection.send("X-More: y\r\n");
                                Thread.sleep(50);
                            }
                        })) {
            long start = System.nanoTime();
            assertThat(failure(send(receiver))).isEqualTo("no answer in time");
            assertThat(System.nanoTime() - start).isLessThan(TIMEOUT.multipliedBy(2).toNanos());
            await().until(() -> receiver.open() == 0);
        }
    }

    @Test
    void unknownHostAndRefusedPortAreToldApart() throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        assertThat(failure(sender.send(due("http://localhost:" + port + "/"))))
                .isEqualTo("connection refused");
        assertThat(failure(sender.send(due("http://nowhere.invalid/")))).isEqualTo("unknown host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-Secret_1.0\r\n\r\n\r\n",
                "HTTP/1.1 \u001b[31m\u0000 red\r\n\r\n",
                "HTTP/9.9 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno header\u0007\r\n\r\n",
                "HTTP/1.1 99999 OK\r\n\r\n"
            })
    void noByteOfWhatIsNotHttpIsShown(String banner) {
        assertThat(failure(answered(banner)))
                .isIn("the answer is not HTTP", "connection closed before an answer");
    }

    @Test
    void aLineWithoutEndIsNotHttp() {
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.send("HTTP/1.1 200 OK\r\nX: ");
                            while (true) connection.send("x".repeat(1024));
                        })) {
            assertThat(failure(send(receiver))).isEqualTo("the answer is not HTTP");
        }
    }

    @Test
    void aServerWithoutTlsIsToldInPrintableCharacters() {
        try (var receiver =
                new RawReceiver(connection -> connection.send("HTTP/1.1 \u001b[31m\u0000\r\n"))) {
            String text = failure(sender.send(due(receiver.url().replace("http:", "https:"))));

            assertThat(text).startsWith("no secure connection").matches("[ -~]{1,110}");
        }
    }

    @Test
    void aThreadThatIsInterruptedLeavesTheConnection() throws Exception {
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.request();
                        })) {
            Thread thread = Thread.ofVirtual().start(() -> send(receiver));
            await().until(() -> receiver.requests() == 1);

            thread.interrupt();

            assertThat(thread.join(Duration.ofSeconds(1))).isTrue();
            await().until(() -> receiver.open() == 0);
            assertThat(receiver.requests()).isEqualTo(1);
        }
    }

    @Test
    void aNameThatTakesTooLongIsNotWaitedFor() throws IOException {
        var end = new CountDownLatch(1);
        var slow =
                new WebhookSender(
                        properties,
                        new Destinations(properties),
                        clock,
                        host -> {
                            try {
                                end.await();
                            } catch (InterruptedException e) {
                                // as the operating system, which cannot be interrupted
                            }
                            throw new UnknownHostException(host);
                        });
        long start = System.nanoTime();
        assertThat(failure(slow.send(due("http://slow.example/")))).isEqualTo("no answer in time");
        assertThat(System.nanoTime() - start).isLessThan(TIMEOUT.multipliedBy(2).toNanos());
        end.countDown();
        slow.destroy();
    }

    @Test
    void theAddressThatIsConnectedToIsChecked() throws IOException {
        CourierProperties strict = properties(false);
        var strictSender =
                new WebhookSender(
                        strict,
                        new Destinations(strict),
                        clock,
                        host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
        try (var receiver = new RawReceiver(connection -> connection.request())) {
            for (String host : new String[] {"localhost", "public.example", "127.0.0.1", "[::1]"}) {
                String url = receiver.url().replace("localhost", host);
                assertThat(failure(strictSender.send(due(url)))).isEqualTo("address not allowed");
            }
            assertThat(receiver.connections()).isZero();
        }
        strictSender.destroy();
    }
}

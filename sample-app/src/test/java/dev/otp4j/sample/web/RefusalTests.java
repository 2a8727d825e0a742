/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.testkit.RawHttp;
import dev.otp4j.sample.testkit.RawHttp.Answer;
import dev.otp4j.sample.testkit.Relay;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * A refused request changes nothing, and its answer is a problem detail without names of classes.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "relay.max-bodies-in-flight=512KB")
@ActiveProfiles("chaos")
@Timeout(30)
class RefusalTests {
    private static final String JSON = "content-type: application/json\r\n";

    @TempDir static Path folder;

    @DynamicPropertySource
    static void dataDir(DynamicPropertyRegistry properties) {
        properties.add("relay.data-dir", () -> folder.toString());
    }

    @LocalServerPort int port;
    @Autowired JdbcClient jdbc;
    @Autowired BodiesInFlight inFlight;

    private Relay relay;
    private List<Long> before;

    @BeforeEach
    void count() {
        relay = new Relay(port);
        before = rows();
    }

    @AfterEach
    void nothingChanged() {
        assertThat(rows()).isEqualTo(before);
        assertThat(inFlight.used()).isZero();
    }

    private List<Long> rows() {
        return List.of(rows("event"), rows("subscription"), rows("subscription WHERE NOT enabled"));
    }

    private long rows(String table) {
        return jdbc.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
    }

    private Answer refused(String request, int status) throws IOException {
        List<Answer> answers = RawHttp.send(port, request);
        assertThat(answers).isNotEmpty();
        return assertRefused(answers.getFirst(), status);
    }

    private static Answer assertRefused(Answer answer, int status) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.isProblem()).as(answer.toString()).isTrue();
        assertThat(answer.body())
                .doesNotContainPattern(
                        "[a-z]\\.[a-z]+\\.[A-Za-z]|Exception|Feature|Constraints|\\(\\)");
        return answer;
    }

    private static String request(String line, String headers, String body) {
        return line
                + " HTTP/1.1\r\nHost: localhost\r\n"
                + headers
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/html",
                "application/xml",
                "application/problem+json",
                "x",
                "image/*;q=0.1"
            })
    void whatTheClientDoesNotAcceptIsRefusedBeforeAnyEffect(String accept) throws IOException {
        String headers = JSON + "Accept: " + accept + "\r\n";
        refused(request("POST /events", headers, "{}"), 406);
        refused(request("POST /subscriptions", headers, "{\"url\":\"http://host/\"}"), 406);
        refused(request("PATCH /subscriptions/x", headers, "{\"enabled\":false}"), 406);
        refused(request("POST /chaos/kill?path=/ledger", headers, ""), 406);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /events",
                "GET /events/x",
                "POST /subscriptions",
                "PATCH /subscriptions/x",
                "GET /nowhere",
                "PUT /",
                "POST /chaos/kill?path=/ledger"
            })
    @ExtendWith(OutputCaptureExtension.class)
    void multipartIsRefused(String line, CapturedOutput output) throws IOException {
        for (String type :
                List.of(
                        "multipart/form-data",
                        "Multipart/Mixed; boundary=x",
                        "multipart/form-data; boundary=x")) {
            refused(request(line, "Content-Type: " + type + "\r\n", "--x\r\n\r\nx\r\n--x--"), 415);
        }
        assertThat(output.getAll()).doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "utf-16-le",
                "utf-16-be",
                "utf-32-le",
                "utf-32-be",
                "utf-16",
                "utf-32",
                "ibm037"
            })
    void anotherEncodingIsRefused(String name) {
        String encoding = name.replace("-le", "le").replace("-be", "be");
        byte[] body = "{\"a\":1}".getBytes(Charset.forName(encoding));

        Relay.Answer answer = post(body, "application/json");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.json().get("detail").stringValue()).contains("UTF-8");
    }

    private Relay.Answer post(byte[] body, String type) {
        return relay.send(
                "/events",
                request ->
                        request.header("content-type", type)
                                .POST(BodyPublishers.ofByteArray(body)));
    }

    @Test
    void aByteOrderMarkIsRefused() {
        Relay.Answer answer = post("\uFEFF{}".getBytes(), "application/json");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").stringValue()).contains("byte order mark");
    }

    @Test
    void theHeadersMayNotSayAnotherEncoding() throws IOException {
        refused(
                request("POST /events", "content-type: application/json; charset=utf-16\r\n", "{}"),
                415);
        refused(request("POST /events", JSON + "Content-Encoding: gzip\r\n", "{}"), 415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":01}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\":\"\\q\"}",
                "{\"a\":\"\t\"}",
                "{//\n}",
                "{\"a\":tru}",
                "{\"a\" 1}",
                "{",
                "[",
                "}",
                "\"",
                "nul",
                "\u0000"
            })
    void whatIsNoJsonIsToldInPlainText(String body) throws IOException {
        refused(request("POST /events", JSON, body), 400);
    }

    /** A publisher must not be able to tell that a subscription was disabled. */
    @Test
    void anEventOfATypeOfTheRelaysOwnIsRefused() throws IOException {
        for (String type : List.of("relay.subscription.disabled", "relay.")) {
            String body = "{\"type\":\"" + type + "\"}";
            assertThat(refused(request("POST /events", JSON, body), 400).body())
                    .contains("must not begin with 'relay.'");
        }
    }

    @Test
    void whatIsTooDeepOrTooLongIsToldInPlainText() throws IOException {
        for (String body :
                List.of(
                        "{\"a\":" + "[".repeat(501) + "]".repeat(501) + "}",
                        "{\"a\":" + "9".repeat(1001) + "}",
                        "{\"" + "n".repeat(50_001) + "\":1}")) {
            assertThat(refused(request("POST /events", JSON, body), 400).body())
                    .contains("nested too deeply");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TRACE /events HTTP/1.1, 405",
        "TRACE / HTTP/1.1, 405",
        "GET /events/%zz HTTP/1.1, 400",
        "GET /events/%00 HTTP/1.1, 400",
        "GET /events/a|b HTTP/1.1, 400",
        "GET /a/../../b HTTP/1.1, 400",
        "GET /error HTTP/1.1, 404",
        "POST /error HTTP/1.1, 404",
        "FOO /events HTTP/1.1, 405",
        "GET /events HTTP/9.9, 400",
        "nonsense, 400",
        "PUT /subscriptions HTTP/1.1, 405",
        "GET http://localhost/nowhere HTTP/1.1, 404",
    })
    void whatTomcatRefusesIsAProblem(String line, int status) throws IOException {
        refused(line + "\r\nHost: localhost\r\nAccept: text/html\r\n\r\n", status);
    }

    @Test
    void aBrokenFormIsAProblem() throws IOException {
        String form = "Content-Type: application/x-www-form-urlencoded\r\n";
        for (String method : List.of("PUT", "PATCH", "DELETE")) {
            refused(request(method + " /error", form, "a=%zz&%=%"), 404);
        }
        refused(request("POST /events", form, "a=1"), 415);
        refused(request("POST /chaos/kill", form, "path=%zz&%=%"), 400);
        refused(
                request(
                        "POST /chaos/kill",
                        form + "Transfer-Encoding: chunked\r\n",
                        "0\r\nx=1\r\n"),
                400);
        for (String path : List.of("/events", "/chaos/kill", "/actuator/otpui", "/actuator/otp")) {
            refused(request("GET " + path + "?a=%&b=%zz", "", ""), 400);
        }
    }

    @Test
    void aMalformedRequestIsAProblem() throws IOException {
        String post = "POST /events HTTP/1.1\r\nHost: localhost\r\n" + JSON;
        refused(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400);
        refused(post + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}", 400);
        refused(post + "Transfer-Encoding: nonsense\r\n\r\n{}", 400);
        refused(post + "Content-Length: 100\r\n\r\n{}", 400);
        refused(post + "Content-Length: -1\r\n\r\n{}", 400);
        refused(post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400);
        refused("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n", 400);
        refused("GET / HTTP/1.1\r\nHost: local host\r\n\r\n", 400);
        refused("GET / HTTP/1.1\r\n\r\n", 400);
    }

    @Test
    void bodiesBeyondTheLimitAreRefusedUntilOthersAreServed() throws IOException {
        String pad = "{\"pad\":\"" + "x".repeat(200_000) + "\"}";
        String body = request("POST /events", JSON, pad);
        try (var first = inFlight.open();
                var second = inFlight.open()) {
            first.add(256 * 1024);
            second.add(100 * 1024);

            Answer answer = refused(body, 503);

            assertThat(answer.header("retry-after")).isEqualTo("1");
            refused(request("GET /events/x", "", ""), 404);
        }
        assertThat(RawHttp.send(port, body.replace("x\"}", "x\"]")).getFirst().status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "23,false", "24,true", "64,true", "65,false", "256,false"})
    void aSecretHas24To64Bytes(int length, boolean allowed) throws IOException {
        String secret = "whsec_" + java.util.Base64.getEncoder().encodeToString(new byte[length]);
        String body = "{\"url\":\"http://host/\",\"secret\":\"" + secret + "\"}";
        if (!allowed) {
            refused(request("POST /subscriptions", JSON, body), 400);
            return;
        }
        Answer made = RawHttp.send(port, request("POST /subscriptions", JSON, body)).getFirst();
        assertThat(made.status()).isEqualTo(201);
        jdbc.sql("DELETE FROM subscription").update();
    }

    @Test
    void theRelayIsNotItsOwnSubscriber() throws IOException {
        for (String host : List.of("localhost", "127.0.0.1", "[::1]", "127.3.2.1")) {
            String url = "http://" + host + ":" + port + "/events";
            refused(request("POST /subscriptions", JSON, "{\"url\":\"" + url + "\"}"), 400);
        }
    }
}

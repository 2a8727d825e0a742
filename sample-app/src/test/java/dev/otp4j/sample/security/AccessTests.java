/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.testkit.RawHttp;
import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.sample.testkit.Relay.Answer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

/** Each role and each kind of request, over HTTP. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ActiveProfiles({"chaos", "secured"})
@Timeout(30)
class AccessTests {
    @TempDir static Path folder;

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry properties) {
        properties.add("relay.data-dir", () -> folder.toString());
        Keys.configure((name, value) -> properties.add(name, () -> value));
    }

    @LocalServerPort int port;
    @Autowired JdbcClient jdbc;

    private Relay relay;

    @BeforeEach
    void client() {
        relay = new Relay(port);
    }

    private Answer send(String method, String path, @Nullable String authorization) {
        boolean body = method.equals("POST") || method.equals("PATCH");
        return relay.send(
                path,
                request -> {
                    if (authorization != null) request.header("authorization", authorization);
                    if (body) request.header("content-type", "application/json");
                    return request.method(
                            method, body ? BodyPublishers.ofString("{}") : BodyPublishers.noBody());
                });
    }

    private long rows() {
        return jdbc.sql(
                        """
                        SELECT (SELECT COUNT(*) FROM event) + (SELECT COUNT(*) FROM subscription)
                        """)
                .query(Long.class)
                .single();
    }

    private static void assertRefused(Answer answer, int status, String challenge) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.response().headers().allValues("www-authenticate"))
                .singleElement()
                .asString()
                .startsWith("Bearer realm=\"relay\"")
                .contains(challenge);
        assertThat(answer.response().headers().firstValue("set-cookie")).isEmpty();
        if (answer.response().request().method().equals("HEAD")) return;
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.json().get("status").intValue()).isEqualTo(status);
        assertThat(answer.json().get("detail").stringValue()).isNotBlank();
    }

    /** The requests, and the roles that may make them. An operator may make all. */
    @ParameterizedTest
    @CsvSource({
        "POST,   /events,                         PUBLISHER",
        "POST,   /events/,                        OPERATOR",
        "GET,    /events/evt_1,                   VIEWER",
        "HEAD,   /events/evt_1,                   VIEWER",
        "DELETE, /events/evt_1,                   OPERATOR",
        "GET,    /subscriptions,                  VIEWER",
        "HEAD,   /subscriptions,                  VIEWER",
        "OPTIONS,/subscriptions,                  VIEWER",
        "POST,   /subscriptions,                  OPERATOR",
        "PATCH,  /subscriptions/sub_1,            OPERATOR",
        "DELETE, /subscriptions/sub_1,            OPERATOR",
        "POST,   /subscriptions/sub_1/anything,   OPERATOR",
        "POST,   /chaos/kill?path=/nowhere,       OPERATOR",
        "GET,    /chaos/kill?path=/nowhere,       VIEWER",
        "GET,    /overview,                       VIEWER",
        "GET,    /demo/receiver,                  VIEWER",
        "POST,   /demo/receiver?mode=down,        OPERATOR",
        "POST,   /,                               OPERATOR",
        "POST,   /page/main.js,                   OPERATOR",
        "GET,    /error,                          VIEWER",
        "GET,    /nowhere,                        VIEWER",
        "GET,    /openapi.yaml,                   VIEWER",
        "GET,    /overview,                       VIEWER",
        "POST,   /subscriptions/sub_1/secret/rotate, OPERATOR",
        "POST,   /subscriptions/sub_1/replay,     OPERATOR",
        "POST,   /subscriptions/sub_1/test,       OPERATOR",
        "POST,   /events/e/deliveries/s/retry,    OPERATOR",
        "POST,   /nowhere,                        OPERATOR",
        "GET,    /actuator,                       VIEWER",
        "GET,    /actuator/otp,                   VIEWER",
        "GET,    /actuator/otpui,                 VIEWER",
        "GET,    /actuator/metrics,               VIEWER",
        "GET,    /actuator/prometheus,            VIEWER",
        "POST,   /actuator/otp/nowhere,           OPERATOR",
        "DELETE, /actuator/otp/nowhere,           OPERATOR",
        "POST,   /actuator/health,                OPERATOR",
        "DELETE, /actuator/health/db,             OPERATOR",
    })
    void eachRequestNeedsItsRole(String method, String path, Role role) {
        assertRefused(send(method, path, null), 401, "");
        assertRefused(send(method, path, "Bearer guessed"), 401, "error=\"invalid_token\"");
        for (Role other : Role.values()) {
            long before = rows();
            Answer answer = send(method, path, "Bearer " + Keys.of(other));
            if (other.all().contains(role)) {
                assertThat(answer.status()).as(other + " " + answer).isNotIn(401, 403);
            } else {
                assertRefused(answer, 403, "scope=\"" + role.name().toLowerCase() + "\"");
                assertThat(rows()).isEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/db"})
    void healthNeedsNoKey(String path) {
        assertThat(send("GET", path, null).status()).isIn(200, 404);
        assertThat(send("HEAD", path, null).status()).isIn(200, 404);
    }

    /** They hold no data: a browser has to have them before it can ask for the key. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/page/main.js", "/page/page.css"})
    void theFilesOfThePageNeedNoKey(String path) {
        assertThat(send("GET", path, null).status()).isEqualTo(200);
    }

    @Test
    void whatAClientIsAllowedToDoIsDone() {
        Answer posted = send("POST", "/events", "bearer  " + Keys.of(Role.PUBLISHER) + " ");

        assertThat(posted.status()).isEqualTo(202);
        assertThat(posted.response().headers().firstValue("set-cookie")).isEmpty();
        String path = "/events/" + posted.json().get("id").stringValue();
        assertThat(send("GET", path, "Bearer " + Keys.of(Role.VIEWER)).status()).isEqualTo(200);
    }

    static Stream<String> noKeys() {
        String key = Keys.of(Role.OPERATOR);
        return Stream.of(
                "",
                "Bearer",
                "Bearer ",
                "Bearer " + Keys.sha256(key),
                "Bearer " + key.substring(1),
                "Bearer " + key + "x",
                "Bearer " + key.toLowerCase(),
                "Bearer " + key + "," + key,
                "Basic " + key,
                key);
    }

    @ParameterizedTest
    @MethodSource("noKeys")
    @ExtendWith(OutputCaptureExtension.class)
    void whatIsNoKeyIsRefusedAndNotLogged(String authorization, CapturedOutput output) {
        assertRefused(send("POST", "/events", authorization), 401, "invalid_token");
        assertRefused(send("GET", "/actuator/health", authorization), 401, "invalid_token");

        assertThat(output.getAll()).doesNotContain(Keys.of(Role.OPERATOR).substring(1));
    }

    /** Another spelling of a path must not lead past the check. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET //subscriptions",
                "GET /./subscriptions",
                "GET /subscriptions;a=b",
                "GET /%73ubscriptions",
                "GET /actuator/health/../otp",
                "GET /actuator/health/..;/otp",
                "GET /actuator/health/%2e%2e/otp",
                "GET /actuator/health%2f..%2fotp",
                "GET /actuator//otp",
                "GET /page/../subscriptions",
                "GET /page/%2e%2e/actuator/otp",
                "GET /page/..;/overview",
                "TRACE /actuator/health",
                "get /subscriptions",
                "GET http://localhost/subscriptions"
            })
    void noSpellingOfAPathLeadsPastTheCheck(String line) throws IOException {
        var answers =
                RawHttp.send(
                        port, line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answers).extracting(RawHttp.Answer::status).isSubsetOf(Set.of(400, 401, 405));
        assertThat(answers).isNotEmpty().allMatch(RawHttp.Answer::isProblem);
    }

    @Test
    void aRefusalComesBeforeEverythingElse() {
        Answer answer =
                relay.send(
                        "/subscriptions",
                        request ->
                                request.header("content-type", "multipart/form-data; boundary=x")
                                        .header("accept", "text/plain")
                                        .POST(BodyPublishers.ofString("x".repeat(1_000_000))));

        assertRefused(answer, 401, "");
        assertThat(List.of(answer.json().propertyNames().toArray())).doesNotContain("trace");
    }
}

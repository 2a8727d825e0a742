/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;

/** The page and its files over HTTP. */
@Timeout(60)
class PageEndpointTests {
    private static final Path FILES = Path.of("src/main/resources/dev/otp4j/actuate/page");
    private static final String[] HEADERS = {
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy"
    };
    private static Pages pages;

    @BeforeAll
    static void start() {
        pages = Pages.start(Map.of(), "/actuator");
    }

    @AfterAll
    static void stop() {
        pages.close();
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/otpui", "/otpui/", "/otpui/main.js", "/otpui/no.js", "/otpui/x/y/z"})
    void everyAnswerHasTheHeaders(String path) {
        HttpResponse<String> answer = pages.get(path);
        assertThat(header(answer, "content-security-policy"))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
                .contains("connect-src 'self'", "base-uri 'none'", "form-action 'none'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe", "*", "http:", "https:", "data:");
        assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(answer, "referrer-policy")).isEqualTo("no-referrer");
        assertThat(header(answer, "cache-control")).isEqualTo("no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/otp", "/health", "/otpuix"})
    void otherAnswersDoNot(String path) {
        for (String name : HEADERS) {
            assertThat(pages.get(path).headers().firstValue(name)).as(name).isEmpty();
        }
    }

    @Test
    void aBrowserGetsThePage() {
        HttpResponse<String> answer =
                pages.get("/otpui", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "content-type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(answer.body()).startsWith("<!DOCTYPE html>").doesNotContain("{{");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/otpui/index.html",
                "/otpui/no.js",
                "/otpui/views",
                "/otpui/views/",
                "/otpui/views/no.js",
                "/otpui/PageFiles.class",
                "/otpui/x/views/tree.js",
                "/otpui/%2e%2e/page/main.js",
                "/otpui/..%2f..%2fapplication.yml",
                "/otpui/views/%2e%2e/main.js",
                "/otpui/..;/otpui/main.js",
                "/otpui/main.js%00",
                "/otpui/%5c..%5cmain.js"
            })
    void allElseIsMissingOrRefused(String path) {
        HttpResponse<String> answer = pages.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 404);
    }

    @Test
    void doesNoMoreThanRead() {
        for (String path : new String[] {"/otpui", "/otpui/main.js"}) {
            var post =
                    Pages.request(pages.address() + path)
                            .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}"))
                            .build();
            assertThat(Pages.send(post).statusCode()).isEqualTo(405);
        }
    }

    @Test
    void isAnEndpointLikeAnyOther() {
        assertThat(pages.get("").body()).contains("\"otpui\":{\"href\"", "/actuator/otpui\"");
        assertThat(
                        pages.context()
                                .getBean(PathMappedEndpoints.class)
                                .getPath(EndpointId.of("otpui")))
                .isEqualTo("/actuator/otpui");
    }

    @Test
    void isNotThereUnlessExposed() {
        try (var other =
                Pages.start(
                        Map.of("management.endpoints.web.exposure.include", "health,otp"),
                        "/actuator")) {
            assertThat(other.get("/otpui").statusCode()).isEqualTo(404);
            assertThat(other.get("/otpui/main.js").statusCode()).isEqualTo(404);
            assertThat(other.get("/otp").statusCode()).isEqualTo(200);
            assertThat(other.context().getBeansOfType(OtpPageEndpoint.class)).isEmpty();
        }
    }

    @Test
    void isNotThereWithoutAccess() {
        try (var other =
                Pages.start(Map.of("management.endpoint.otpui.access", "none"), "/actuator")) {
            assertThat(other.get("/otpui").statusCode()).isEqualTo(404);
            assertThat(other.context().getBean(OtpSystem.class)).isNotNull();
        }
    }

    /** No inline script or style, which the policy would stop, and no other server. */
    @Test
    void theFilesKeepThePolicy() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.UTF_8);
                assertThat(text)
                        .as(file.toString())
                        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML")
                        .doesNotContain("document.write", "eval(", "new Function", "<style")
                        .doesNotContainPattern("<script(?![^>]* src=)")
                        .doesNotContainPattern("\\sstyle=[\"']|\\son[a-z]+=[\"']");
                String addresses = text.replace("http://www.w3.org/2000/svg", "");
                assertThat(addresses)
                        .as(file.toString())
                        .doesNotContain("https:", "http://", "url(", "@import");
            }
        }
    }

    @Test
    void isSmall() {
        long size =
                pages.load("/otpui").stream()
                        .map(URI::toString)
                        .mapToLong(file -> Pages.send(Pages.request(file).build()).body().length())
                        .sum();
        assertThat(size).isBetween(20_000L, 150_000L);
    }
}

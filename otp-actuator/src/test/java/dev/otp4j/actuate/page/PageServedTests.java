/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Wherever the page is served, it finds its files and its data. */
@Timeout(60)
class PageServedTests {
    private static final String REACTIVE = "spring.main.web-application-type=reactive";

    /** There are two servers on the class path of the tests, of which one would do. */
    private static final String ONE_SERVER =
            "spring.autoconfigure.exclude=org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration";

    /** One way to serve the page: settings, and the path at which it is then. */
    record Way(String path, String... settings) {
        Map<String, String> properties() {
            var properties = new java.util.HashMap<String, String>();
            for (String setting : settings) {
                String[] parts = setting.split("=", 2);
                properties.put(parts[0], parts[1]);
            }
            return properties;
        }

        @Override
        public String toString() {
            return path + " " + String.join(" ", settings);
        }
    }

    static Stream<Way> ways() {
        return Stream.of(
                new Way("/actuator/otpui"),
                new Way("/actuator/otpui", REACTIVE),
                new Way("/shop/actuator/otpui", "server.servlet.context-path=/shop"),
                new Way("/shop/actuator/otpui", "spring.mvc.servlet.path=/shop"),
                new Way("/shop/actuator/otpui", REACTIVE, "spring.webflux.base-path=/shop"),
                new Way("/otpui", "management.endpoints.web.base-path=/"),
                new Way("/manage/otpui", "management.endpoints.web.base-path=/manage"),
                new Way("/actuator/live", "management.endpoints.web.path-mapping.otpui=live"),
                new Way(
                        "/actuator/ui/live",
                        "management.endpoints.web.path-mapping.otpui=ui/live",
                        "management.endpoints.web.path-mapping.otp=data/otp"),
                new Way("/actuator/otpui", "management.server.port=0"),
                new Way("/actuator/otpui", "management.server.port=0", REACTIVE, ONE_SERVER),
                new Way(
                        "/ops/actuator/otpui",
                        "management.server.port=0",
                        "management.server.base-path=/ops",
                        "server.servlet.context-path=/shop"),
                new Way(
                        "/ops/actuator/otpui",
                        "management.server.port=0",
                        "management.server.base-path=/ops",
                        REACTIVE,
                        ONE_SERVER));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void findsItsFilesAndItsData(Way way) {
        try (var pages = Pages.start(way.properties(), way.path())) {
            for (String end : new String[] {"", "/"}) {
                assertThat(pages.load(end))
                        .as("page%s and its files", end)
                        .hasSizeGreaterThan(20)
                        .anyMatch(file -> file.getPath().endsWith("/views/tree.js"));
                var data = Pages.send(HttpRequest.newBuilder(pages.data(end)).build());
                assertThat(data.statusCode()).as(data.uri().toString()).isEqualTo(200);
                assertThat(data.body()).contains("\"name\":\"shop\"", "\"incarnation\":\"");
                String root = pages.data(end) + "/";
                assertThat(Pages.send(Pages.request(root).build()).body())
                        .as("the root as a node")
                        .contains("\"path\":\"/\"", "\"process\":{");
            }
        }
    }
}

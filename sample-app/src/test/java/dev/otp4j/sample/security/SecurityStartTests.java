/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.sample.SampleApplication;
import dev.otp4j.sample.testkit.Relay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

@ExtendWith(OutputCaptureExtension.class)
class SecurityStartTests {
    private static final String DIGEST = Keys.sha256("key");
    private static final String OTHER = Keys.sha256("other");
    private static final String WARNING = "Requests need no key";

    @TempDir Path folder;

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(SecurityProperties.class)
    static class Only {}

    /** As code that was generated ahead of time, with security off: there is no filter chain. */
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(SecurityProperties.class)
    @Import(SecurityCheck.class)
    static class WithoutChain {}

    private static void runOnly(Class<?> configuration, String settings) {
        new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "spring.config.name=none")
                .run(
                        settings.replace("DIGEST", DIGEST)
                                .replace("OTHER", OTHER)
                                .replaceAll("(^| )", "$1--relay.")
                                .split(" "))
                .close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "security.enabled=true|there are no 'relay.api-keys'",
                "api-keys[0].name=a api-keys[0].role=viewer api-keys[0].sha256=DIGEST|'relay.security.enabled' is not set: set it to true",
                "security.enabled=true api-keys[0].name=a api-keys[0].role=ADMIN api-keys[0].sha256=DIGEST|OPERATOR PUBLISHER VIEWER",
                "security.enabled=true api-keys[0].name=a api-keys[0].sha256=DIGEST|'relay.api-keys[0]' needs a 'role'",
                "security.enabled=true api-keys[0].role=VIEWER api-keys[0].sha256=DIGEST|'relay.api-keys[0]' needs a 'name'",
                "security.enabled=true api-keys[0].name=a api-keys[0].role=VIEWER|'relay.api-keys[0]' needs a 'sha256'",
                "security.enabled=true api-keys[0].name=a api-keys[0].role=VIEWER api-keys[0].sha256=plain-key|needs a 'sha256' of 64 hexadecimal digits",
                "security.enabled=true api-keys[0].name=a api-keys[0].role=VIEWER api-keys[0].sha256=DIGEST api-keys[1].name=a api-keys[1].role=VIEWER api-keys[1].sha256=OTHER|'relay.api-keys[1]' has the name of another key: a",
                "security.enabled=true api-keys[0].name=a api-keys[0].role=VIEWER api-keys[0].sha256=DIGEST api-keys[1].name=b api-keys[1].role=VIEWER api-keys[1].sha256=DIGEST|'relay.api-keys[1]' has the sha256 of another key: b"
            })
    void keysThatCannotBeAreRefusedAtStart(String settings, String text, CapturedOutput output) {
        assertThatThrownBy(() -> runOnly(Only.class, settings))
                .isInstanceOf(RuntimeException.class);

        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .doesNotContain("plain-key");
        assertThat(output.getAll().replaceAll("\\s+", " ")).contains(text);
    }

    @Test
    void keysThatAreSwitchedOffAreAccepted() {
        runOnly(
                Only.class,
                "security.enabled=false api-keys[0].name=a api-keys[0].role=viewer"
                        + " api-keys[0].sha256=DIGEST");
    }

    @Test
    void aBuildThatWouldNotAskForKeysDoesNotStart() {
        assertThatThrownBy(
                        () ->
                                runOnly(
                                        WithoutChain.class,
                                        "security.enabled=true api-keys[0].name=a"
                                                + " api-keys[0].role=viewer"
                                                + " api-keys[0].sha256=DIGEST"))
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasStackTraceContaining("this build was made with it off");
    }

    private ConfigurableApplicationContext start(String... settings) {
        var all = new ArrayList<>(List.of(settings));
        all.add("--relay.data-dir=" + folder);
        all.add("--server.port=0");
        return SpringApplication.run(SampleApplication.class, all.toArray(String[]::new));
    }

    private static int port(ConfigurableApplicationContext context, String which) {
        return context.getEnvironment().getRequiredProperty(which, Integer.class);
    }

    @Test
    void aRelayWithoutKeysSaysSoOnceAndLetsEverythingThrough(CapturedOutput output) {
        try (var context = start()) {
            var relay = new Relay(port(context, "local.server.port"));

            assertThat(relay.get("/subscriptions").status()).isEqualTo(200);
            assertThat(relay.get("/actuator/otpui").status()).isEqualTo(200);
            assertThat(relay.get("/subscriptions").response().headers().map().keySet())
                    .doesNotContain("x-frame-options", "cache-control");
            assertThat(context.containsBean("springSecurityFilterChain")).isFalse();
        }
        assertThat(output.getAll().lines().filter(line -> line.contains(WARNING))).hasSize(1);
        assertThat(output.getAll()).contains("relay.security.enabled=true and relay.api-keys");
    }

    /** The actuator's port is a second web server. */
    @Test
    void aPortOfItsOwnForTheActuatorAsksForKeysToo(CapturedOutput output) {
        var settings = new ArrayList<String>();
        settings.add("--spring.profiles.active=secured");
        settings.add("--management.server.port=0");
        Keys.configure((name, value) -> settings.add("--" + name + "=" + value));
        try (var context = start(settings.toArray(String[]::new))) {
            var relay = new Relay(port(context, "local.server.port"));
            var actuator = new Relay(port(context, "local.management.port"));

            assertThat(relay.get("/subscriptions").status()).isEqualTo(401);
            assertThat(actuator.get("/actuator/otp").status()).isEqualTo(401);
            assertThat(actuator.get("/actuator/health").status()).isEqualTo(200);
            assertThat(
                            actuator.send(
                                            "/actuator/otp",
                                            request ->
                                                    request.header(
                                                            "authorization",
                                                            "Bearer " + Keys.of(Role.VIEWER)))
                                    .status())
                    .isEqualTo(200);
        }
        assertThat(output.getAll()).doesNotContain(WARNING);
        for (Role role : Role.values()) assertThat(output.getAll()).doesNotContain(Keys.of(role));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fails when a property or a default changes or a description is missing, so that no change goes
 * unnoticed.
 */
class ConfigurationMetadataTests {
    private static JsonNode properties() throws IOException {
        String module =
                OtpProperties.class.getProtectionDomain().getCodeSource().getLocation().toString();
        var url = new java.net.URL(module + "META-INF/spring-configuration-metadata.json");
        try (var file = url.openStream()) {
            return JsonMapper.shared().readTree(file).get("properties");
        }
    }

    @Test
    void namesThePropertiesAndTheirDefaults() throws IOException {
        assertThat(StreamSupport.stream(properties().spliterator(), false))
                .map(ConfigurationMetadataTests::line)
                .containsExactlyInAnyOrder(
                        "otp.jfr.enabled = true",
                        "otp.jfr.slow-handlers = false",
                        "otp.logging.mdc = \"library\"",
                        "otp.mailbox.hold = 1000",
                        "otp.metrics.call-timing = false",
                        "otp.metrics.message-timing = \"none\"",
                        "otp.observation.actors = null",
                        "otp.observation.stuck-after = \"5s\"",
                        "otp.scheduling.chaining = true",
                        "otp.supervision.auto-startup = true",
                        "otp.supervision.init-timeout = \"10s\"",
                        "otp.supervision.keep-alive = \"auto\"",
                        "otp.supervision.on-root-failure = \"break-liveness\"",
                        "otp.supervision.phase = 2147480575",
                        "otp.supervision.shutdown-timeout = \"20s\"",
                        "otp.supervision.startup-timeout = \"30s\"",
                        "otp.supervision.supervisors = null",
                        "otp.web.problemdetails.enabled = false",
                        "otp.web.problemdetails.retry-after = \"5s\"");
    }

    @Test
    void describesEachOfThem() throws IOException {
        assertThat(properties())
                .allSatisfy(
                        property ->
                                assertThat(property.path("description").asString(""))
                                        .as(property.get("name").asString())
                                        .matches("[A-Z].*\\."));
    }

    private static String line(JsonNode property) {
        return property.get("name").asString() + " = " + property.get("defaultValue");
    }
}

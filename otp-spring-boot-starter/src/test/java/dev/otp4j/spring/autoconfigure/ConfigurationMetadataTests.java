/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fails when a property or a default changes or a description is missing, so that no change goes
 * unnoticed.
 */
class ConfigurationMetadataTests {
    private static JsonNode properties() throws IOException {
        return metadata().get("properties");
    }

    private static JsonNode metadata() throws IOException {
        String module =
                OtpProperties.class.getProtectionDomain().getCodeSource().getLocation().toString();
        var url = new java.net.URL(module + "META-INF/spring-configuration-metadata.json");
        try (var file = url.openStream()) {
            return JsonMapper.shared().readTree(file);
        }
    }

    @Test
    void namesThePropertiesAndTheirDefaults() throws IOException {
        assertThat(StreamSupport.stream(properties().spliterator(), false))
                .map(ConfigurationMetadataTests::line)
                .containsExactlyInAnyOrder(
                        "otp.call.timeout = \"5s\"",
                        "otp.jfr.enabled = true",
                        "otp.jfr.slow-handlers = false",
                        "otp.logging.mdc = \"library\"",
                        "otp.mailbox.hold = 1000",
                        "otp.metrics.call-timing = false",
                        "otp.metrics.queue-timing = false",
                        "otp.metrics.message-timing = \"none\"",
                        "otp.observation.stuck-after = \"5s\"",
                        "otp.scheduling.chaining = true",
                        "otp.supervision.actors = null",
                        "otp.supervision.auto-startup = true",
                        "otp.supervision.events = \"auto\"",
                        "otp.supervision.exit-code = 70",
                        "otp.supervision.factories = null",
                        "otp.supervision.fail-on-unknown-names = true",
                        "otp.supervision.on-startup-failure = \"fail\"",
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

    /** Metadata has one property for a map; tools read what a value has from its type. */
    @Test
    void namesWhatCanBeSetByName() {
        assertThat(settings("actors", OtpProperties.ActorSettings.class))
                .containsExactlyInAnyOrder(
                        "actors.<name>.chaining: Boolean",
                        "actors.<name>.init-timeout: Duration",
                        "actors.<name>.interrupt-on-kill: Boolean",
                        "actors.<name>.restart: Restart",
                        "actors.<name>.shutdown: String",
                        "actors.<name>.stuck-after: Duration",
                        "actors.<name>.trap-exits: Boolean");
        assertThat(settings("factories", OtpProperties.FactorySettings.class))
                .containsExactlyInAnyOrder(
                        "factories.<name>.intensity: Integer",
                        "factories.<name>.max-children: Integer",
                        "factories.<name>.period: Duration",
                        "factories.<name>.restart: Restart",
                        "factories.<name>.shutdown: String",
                        "factories.<name>.stuck-after: Duration");
        assertThat(settings("supervisors", OtpProperties.SupervisorSettings.class))
                .containsExactlyInAnyOrder(
                        "supervisors.<name>.intensity: Integer",
                        "supervisors.<name>.period: Duration");
    }

    private static List<String> settings(String group, Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(
                        component ->
                                "%s.<name>.%s: %s"
                                        .formatted(
                                                group,
                                                DataObjectPropertyName.toDashedForm(
                                                        component.getName()),
                                                component.getType().getSimpleName()))
                .toList();
    }

    @Test
    void completesTheNamesOfActorsFactoriesAndSupervisors() throws IOException {
        assertThat(metadata().get("hints"))
                .extracting(hint -> hint.get("name").asString())
                .contains(
                        "otp.supervision.actors.keys",
                        "otp.supervision.factories.keys",
                        "otp.supervision.supervisors.keys");
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

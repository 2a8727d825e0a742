/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fails when a property changes, so that no change goes unnoticed. */
class ConfigurationMetadataTests {
    @Test
    void namesThePropertiesOfThisModule() throws IOException {
        try (var file =
                OtpEndpointAutoConfiguration.class.getResourceAsStream(
                        "/META-INF/spring-configuration-metadata.json")) {
            JsonNode metadata = JsonMapper.shared().readTree(file);

            assertThat(metadata.get("properties"))
                    .extracting(property -> property.get("name").asString())
                    .containsExactlyInAnyOrder(
                            "management.endpoint.otp.access",
                            "management.endpoint.otp.cache.time-to-live",
                            "management.endpoint.otp.roles",
                            "management.endpoint.otp.show-values",
                            "management.endpoint.otpui.access",
                            "management.endpoint.otpui.cache.time-to-live",
                            "management.health.otp.enabled",
                            "management.health.otp.subtrees",
                            "management.health.otp.tolerance-warning");
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged application under generated requests: {@code hostile.requests} of them (1000), made
 * from {@code hostile.seed} (1). The system property {@code sample.jar} names the jar.
 */
@EnabledIfSystemProperty(named = "sample.jar", matches = ".+")
@Timeout(600)
class PackagedHostileTests {
    @TempDir Path folder;

    @Test
    void noRequestCausesAnErrorOfTheServer() throws InterruptedException {
        RelayProcess process =
                RelayProcess.startJar(
                        Path.of(System.getProperty("sample.jar")),
                        folder,
                        "256m",
                        "--relay.max-attempts=1");
        try {
            var hostility = new Hostility(process.port(), Long.getLong("hostile.seed", 1));
            hostility.send(Integer.getInteger("hostile.requests", 1_000));

            hostility.assertBorne();
            assertThat(hostility.statuses()).containsKeys(202, 400, 404, 405, 406, 415);
            assertThat(process.output()).doesNotContain(" ERROR ");
            assertThat(process.relay().post("/events", "{}").status()).isEqualTo(202);
        } finally {
            process.kill();
        }
    }
}

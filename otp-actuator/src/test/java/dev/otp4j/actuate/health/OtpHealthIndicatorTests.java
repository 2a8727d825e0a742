/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.health;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actuate.Trees;
import dev.otp4j.process.Vacancy;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class OtpHealthIndicatorTests {
    private final Trees trees = new Trees(1);

    @AfterEach
    void close() {
        trees.stuck.countDown();
        trees.system.close();
    }

    private Health health() {
        return new OtpHealthIndicator(trees.system).health();
    }

    @Test
    void isOutOfServiceBeforeTheStartAndAfterTheStop() {
        assertThat(health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);

        trees.system.start();
        trees.system.stop(Duration.ofSeconds(5));

        assertThat(health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(health().getDetails()).containsEntry("state", "stopped");
    }

    @Test
    void isUpWhileTheTreeStandsThoughAChildIsBeingRestarted() {
        trees.system.start();

        trees.archive.subject().send("crash");

        await().until(() -> health().getDetails().containsKey("notRunning"));
        assertThat(health().getStatus()).isEqualTo(Status.UP);
        assertThat(health().getDetails())
                .containsEntry("actors", 2)
                .containsEntry("notRunning", List.of("/back/archive"));
    }

    @Test
    void namesSupervisorsThatAreNearToGivingUp() {
        trees.desk.whileVacant(Vacancy.holding(10));
        trees.system.start();
        assertThat(health().getDetails()).doesNotContainKey("nearToGivingUp");
        int tolerated = trees.system.tree(0, 0).orElseThrow().tolerance().intensity();

        for (int i = 1; i <= (2 * tolerated + 2) / 3; i++) {
            int restarts = i;
            trees.desk.subject().send("crash");
            assertThat(trees.system).hasRestarts(restarts);
        }

        assertThat(health().getDetails()).containsEntry("nearToGivingUp", List.of("/"));
    }

    @Test
    void theShareOfTheToleranceThatCountsAsNearCanBeChosen() {
        trees.desk.whileVacant(Vacancy.holding(10));
        trees.system.start();
        var cautious = new OtpHealthIndicator(trees.system, 0.01);
        assertThat(cautious.health().getDetails()).doesNotContainKey("nearToGivingUp");

        trees.desk.subject().send("crash");

        assertThat(trees.system).hasRestarts(1);
        assertThat(cautious.health().getDetails()).containsEntry("nearToGivingUp", List.of("/"));
    }

    @Test
    void isDownWhenTheRootHasGivenUp() {
        trees.desk.whileVacant(Vacancy.holding(10));
        trees.system.start();

        trees.desk.subject().send("crash");
        assertThat(trees.system).hasRestarts(1);
        trees.desk.subject().send("crash");

        assertThat(trees.system).hasGivenUp();
        assertThat(health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(health().getDetails()).containsEntry("state", "gave-up");
        assertThat(health().getDetails().get("gaveUp"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("child", "/desk")
                .containsEntry("supervisor", "/")
                .containsEntry("failure", "java.lang.IllegalStateException")
                .containsKey("at");
        await().untilAsserted( // the root ends a moment after it has given up
                        () ->
                                assertThat(health().getDetails())
                                        .containsEntry("rootEnded", "shutdown"));
        assertThat(health().toString()).doesNotContain("a secret");
    }
}

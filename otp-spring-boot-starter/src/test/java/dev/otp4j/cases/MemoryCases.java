/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.cases.programs.ExhaustedActors;
import dev.otp4j.cases.programs.ExhaustedBranches;
import dev.otp4j.cases.programs.Loaders;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory that is exhausted for some time, and memory that is not released. */
abstract class MemoryCases {
    private static final Duration LIMIT = Duration.ofSeconds(45);

    /**
     * A heap that is exhausted to the last byte can damage the JVM itself: threads end without
     * running their handlers, and classes of the program fail to load. So two of three JVMs have to
     * pass. Without the tested feature none of them does.
     */
    private static void inTwoOfThree(Runnable attempt) {
        try {
            attempt.run();
        } catch (AssertionError damaged) {
            attempt.run();
            attempt.run();
        }
    }

    @Test
    @Timeout(180)
    @Tag("A2")
    void actorsThatFailWhileMemoryIsExhaustedAreStartedAgainWhenItIsThere() {
        inTwoOfThree(MemoryCases::exhaustActors);
    }

    private static void exhaustActors() {
        try (var jvm =
                ChildJvm.startBare(ExhaustedActors.class, List.of("-Xmx48m", "-XX:+UseSerialGC"))) {
            jvm.finished(LIMIT);

            assertThat(jvm.value("failed")).isNotEqualTo("0 of 20");
            assertThat(jvm.value("answer")).isEqualTo("20 of 20");
        }
    }

    @Test
    @Timeout(180)
    @Tag("A3")
    void branchesOfSupervisorsSurviveAnExhaustedHeapOrTheRootGivesUp() {
        inTwoOfThree(MemoryCases::exhaustBranches);
    }

    private static void exhaustBranches() {
        try (var jvm =
                ChildJvm.startBare(ExhaustedBranches.class, List.of("-Xmx64m", "-XX:+UseG1GC"))) {
            jvm.finished(LIMIT);

            String state = jvm.value("state");
            if (!state.equals("GAVE_UP")) {
                assertThat(jvm.value("branches that answer")).isEqualTo("5 of 5");
                assertThat(jvm.value("stopped")).isEqualTo("true");
            }
        }
    }

    @Test
    @Tag("J4")
    void noClassLoaderIsKeptByASystemThatWasClosed() {
        try (var jvm =
                ChildJvm.startBare(
                        Loaders.class, List.of("-Xmx256m"), ChildJvm.engineClassPath())) {
            jvm.finished(LIMIT);

            assertThat(jvm.value("kept")).isEqualTo("0 of 5");
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.supervisor.Backoff;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DueTests {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static Due due(int maxAttempts) {
        var backoff = Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(4)).jitter(0);
        return Due.at(NOW, Duration.ofMinutes(2), backoff, maxAttempts);
    }

    @Test
    void theDelayGrowsWithEachAttemptUpToTheLongest() {
        assertThat(due(10).failed())
                .containsExactly(NOW.minusSeconds(1), NOW.minusSeconds(2), NOW.minusSeconds(4));
        assertThat(due(10).stale()).isEqualTo(NOW.minusSeconds(120));
    }

    @Test
    void whatWasTriedAsOftenAsIsTriedIsNotDue() {
        assertThat(due(2).failed()).containsExactly(NOW.minusSeconds(1));
        assertThat(due(1).failed()).isEmpty();
        assertThat(due(1).arguments()).startsWith(1);
    }

    @Test
    void theConditionHasAQuestionMarkForEachArgument() {
        for (int attempts = 1; attempts < 8; attempts++) {
            Due due = due(attempts);
            long marks = due.condition().chars().filter(c -> c == '?').count();

            assertThat(due.arguments()).hasSize((int) marks);
        }
        assertThat(due(10).condition())
                .contains("COMPLETION_ATTEMPTS = 1 AND", "COMPLETION_ATTEMPTS = 2 AND")
                .contains("COMPLETION_ATTEMPTS >= 3 AND");
    }
}

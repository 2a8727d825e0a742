/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressTests {
    private static final Instant NOW = Instant.parse("2026-05-08T12:00:00Z");
    private static final Subscription SUBSCRIPTION =
            Subscription.of(URI.create("http://localhost/"), Secret.generate());

    private final Progress progress = Progress.at(SUBSCRIPTION.id(), 7);

    private static Attempt attempt(long position, int before, DeliveryState state) {
        var due =
                new Due(
                        SUBSCRIPTION,
                        position,
                        "evt",
                        new byte[0],
                        before,
                        0,
                        Turn.inOrder(position - 1));
        return new Attempt(due, state, NOW.plusSeconds(4), 503, "status 503", NOW, Duration.ZERO);
    }

    @Test
    void theNextDeliveryMovesItOn() {
        for (DeliveryState state :
                new DeliveryState[] {DeliveryState.DELIVERED, DeliveryState.FAILED}) {
            assertThat(progress.after(attempt(8, 0, state), NOW, true))
                    .contains(Progress.at(SUBSCRIPTION.id(), 8));
        }
    }

    @Test
    void anAttemptThatFailedStaysAndIsCounted() {
        Progress tried =
                progress.after(attempt(8, 0, DeliveryState.PENDING), NOW, true).orElseThrow();

        assertThat(tried.position()).isEqualTo(7);
        assertThat(tried.attempts()).isEqualTo(1);
        assertThat(tried.after(attempt(8, 1, DeliveryState.DELIVERED), NOW, true))
                .contains(Progress.at(SUBSCRIPTION.id(), 8));
    }

    @Test
    void whatDoesNotFollowIsNotApplied() {
        assertThat(progress.after(attempt(7, 0, DeliveryState.DELIVERED), NOW, true)).isEmpty();
        assertThat(progress.after(attempt(9, 0, DeliveryState.DELIVERED), NOW, true)).isEmpty();
        assertThat(progress.after(attempt(8, 1, DeliveryState.DELIVERED), NOW, true)).isEmpty();
        Progress tried =
                progress.after(attempt(8, 0, DeliveryState.PENDING), NOW, true).orElseThrow();
        assertThat(tried.after(attempt(8, 0, DeliveryState.PENDING), NOW, true)).isEmpty();
    }

    @Test
    void aDeliveryMovesItOverWhatIsNotWanted() {
        var due = new Due(SUBSCRIPTION, 20, "evt", new byte[0], 0, 0, Turn.inOrder(7));
        var delivered =
                new Attempt(due, DeliveryState.DELIVERED, NOW, 204, null, NOW, Duration.ZERO);
        var again = new Attempt(due, DeliveryState.PENDING, NOW, 503, "", NOW, Duration.ZERO);

        assertThat(progress.after(delivered, NOW, true)).contains(at(20));
        assertThat(progress.after(delivered, NOW, false)).isEmpty();
        assertThat(at(8).after(delivered, NOW, true)).isEmpty();
        Progress tried = progress.after(again, NOW, true).orElseThrow();
        assertThat(tried.position()).isEqualTo(19);
        assertThat(tried.attempts()).isEqualTo(1);
        assertThat(tried.after(again, NOW, true)).isEmpty();
    }

    @Test
    void whatIsPassedOverIsSettledIfTheCourierKnewTheFilter() {
        Passed passed = Passed.inOrder(SUBSCRIPTION, 7, 20);

        assertThat(progress.after(passed, NOW, true)).contains(at(20));
        assertThat(progress.after(passed, NOW, false)).isEmpty();
        assertThat(at(8).after(passed, NOW, true)).isEmpty();
        assertThat(at(20).after(passed, NOW, true)).isEmpty();
    }

    private static Progress at(long position) {
        return Progress.at(SUBSCRIPTION.id(), position);
    }

    @Test
    void aWaitIsNeverLongerThanItsDelay() {
        Progress tried =
                progress.after(attempt(8, 0, DeliveryState.PENDING), NOW, true).orElseThrow();

        assertThat(progress.waitAt(NOW.minus(Duration.ofDays(1)))).isZero();
        assertThat(tried.waitAt(NOW)).isEqualTo(Duration.ofSeconds(4));
        assertThat(tried.waitAt(NOW.plusSeconds(3))).isEqualTo(Duration.ofSeconds(1));
        assertThat(tried.waitAt(NOW.plusSeconds(5))).isZero();
        assertThat(tried.waitAt(NOW.minus(Duration.ofDays(1)))).isEqualTo(Duration.ofSeconds(4));
    }
}

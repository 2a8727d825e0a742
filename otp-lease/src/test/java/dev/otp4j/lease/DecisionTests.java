/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.lease.Decision.Step;
import dev.otp4j.lease.Standing.Contending;
import dev.otp4j.lease.Standing.End;
import dev.otp4j.lease.Standing.Holding;
import dev.otp4j.lease.Standing.Idle;
import dev.otp4j.lease.Standing.Releasing;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The table of states of a lease, without clock, store or thread. */
class DecisionTests {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration MARGIN = Duration.ofSeconds(2);
    private static final Backoff PAUSE =
            Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(60)).jitter(0);
    private static final Settings OURS =
            new Settings("host-a", TTL, MARGIN, Duration.ofMillis(500), PAUSE);
    private static final LeaseRow THEIRS =
            new LeaseRow("invoicing", 17, 40, "host-b", Duration.ofSeconds(10), 0);

    /** A clock that is about to overflow: times are compared by subtraction. */
    private static final long START = Long.MAX_VALUE - 5_000_000_000L;

    private static long at(double seconds) {
        return START + (long) (seconds * 1e9);
    }

    private static Step next(Standing standing, double seconds) {
        return Decision.next("invoicing", standing, OURS, at(seconds));
    }

    private static Contending looked(Contending before, LeaseRow found, double seconds) {
        return Decision.looked(before, Optional.of(found), OURS, at(seconds));
    }

    private static Contending first(LeaseRow found, double seconds) {
        return looked(Decision.contending(at(seconds)), found, seconds);
    }

    @Test
    void withoutAPlaceNothingIsDone() {
        assertThat(next(new Idle(), 0)).isEqualTo(new Step.Rest());
    }

    @Test
    void aContenderLooksAtOnceAndThenAtEachInterval() {
        assertThat(next(Decision.contending(at(0)), 0)).isEqualTo(new Step.Look());
        Contending seen = first(THEIRS, 0.1);
        assertThat(next(seen, 0.2)).isEqualTo(new Step.Wait(at(0.6)));
        assertThat(next(seen, 0.6)).isEqualTo(new Step.Look());
    }

    @Test
    @Rule("LE-02")
    void aRowIsTakenWhenItWasSeenUnchangedForItsTime() {
        Contending seen = first(THEIRS, 0.1);
        for (int i = 1; i <= 19; i++) seen = looked(seen, THEIRS, 0.1 + i * 0.5);

        assertThat(next(seen, 10.09)).isEqualTo(new Step.Wait(at(10.1)));
        LeaseRow ours = new LeaseRow("invoicing", 18, 41, "host-a", TTL, 0);
        assertThat(next(seen, 10.1)).isEqualTo(new Step.Take(THEIRS, ours));
    }

    @Test
    @Rule("LE-02")
    void eachSignOfLifeBeginsTheTimeAnew() {
        Contending seen = looked(first(THEIRS, 0), THEIRS.renewed(), 9.5);

        assertThat(next(seen, 10)).isEqualTo(new Step.Look());
        assertThat(seen.takeAt()).isEqualTo(at(19.5));
    }

    @Test
    @Rule("LE-02")
    void theHolderSaysHowLongToWaitAndNotTheContender() {
        var longer = new LeaseRow("invoicing", 17, 40, "host-b", Duration.ofSeconds(30), 0);

        assertThat(first(longer, 0).takeAt()).isEqualTo(at(30));
    }

    @Test
    @Rule("LE-03")
    void aFreeRowIsTakenAtOnceWithTheNextToken() {
        LeaseRow free = THEIRS.released(Duration.ZERO, 0);
        Step step = next(first(free, 3), 3);

        assertThat(step).isInstanceOf(Step.Take.class);
        assertThat(((Step.Take) step).next().token()).isEqualTo(18);
        assertThat(((Step.Take) step).next().beat()).isEqualTo(free.beat() + 1);
    }

    @Test
    @Rule("LE-08")
    void aRowWhoseHolderGaveUpRestsForItsPause() {
        LeaseRow resting = THEIRS.released(Duration.ofSeconds(4), 3);
        Contending seen = first(resting, 0);

        assertThat(next(seen, 0.4)).isEqualTo(new Step.Wait(at(0.5)));
        assertThat(seen.takeAt()).isEqualTo(at(4));
    }

    @Test
    void anAbsentRowIsCreated() {
        Contending none =
                Decision.looked(Decision.contending(at(0)), Optional.empty(), OURS, at(0));

        assertThat(next(none, 0))
                .isEqualTo(new Step.Create(new LeaseRow("invoicing", 1, 1, "host-a", TTL, 0)));
    }

    @Test
    @Rule("LE-04")
    void aHolderRenewsFourTimesBeforeItsTimeIsOver() {
        LeaseRow row = THEIRS.taken("host-a", TTL);
        Holding held = Decision.taken(row, at(0), at(0.1));

        assertThat(held.validUntil(OURS)).isEqualTo(at(8));
        assertThat(next(held, 1.9)).isEqualTo(new Step.Wait(at(2)));
        assertThat(next(held, 2)).isEqualTo(new Step.Renew(row, row.renewed()));
    }

    @Test
    @Rule("LE-04")
    void theTimeIsCountedFromBeforeTheRenewalWasSent() {
        LeaseRow row = THEIRS.taken("host-a", TTL);
        Holding held = Decision.taken(row, at(0), at(0.1));
        Holding renewed = Decision.renewed(held, row.renewed(), at(2)); // heard of at 5, say

        assertThat(renewed.validUntil(OURS)).isEqualTo(at(10));
    }

    @Test
    @Rule("LE-04")
    void aRenewalThatWasStoredUnheardOfGivesNoTime() {
        LeaseRow row = THEIRS.taken("host-a", TTL);
        Holding held = Decision.taken(row, at(0), at(0.1));
        Holding found = Decision.found(held, row.renewed());

        assertThat(Decision.isOf(row.renewed(), 18)).isTrue();
        assertThat(found.validUntil(OURS)).isEqualTo(held.validUntil(OURS));
        assertThat(next(found, 2))
                .isEqualTo(new Step.Renew(row.renewed(), row.renewed().renewed()));
    }

    @Test
    void aRowOfAnotherTokenOrAFreeOneIsNotOurs() {
        LeaseRow row = THEIRS.taken("host-a", TTL);

        assertThat(Decision.isOf(row.taken("host-c", TTL), 18)).isFalse();
        assertThat(Decision.isOf(row.released(Duration.ZERO, 0), 18)).isFalse();
    }

    @Test
    @Rule("LE-03")
    void whatIsGivenBackKeepsItsToken() {
        LeaseRow row = THEIRS.taken("host-a", TTL);
        End end = Decision.stopped(Decision.taken(row, at(0), at(0)), OURS, at(1));
        Step step = next(new Releasing(row, end, at(1)), 1);

        assertThat(step)
                .isEqualTo(
                        new Step.Release(
                                row, new LeaseRow("invoicing", 18, 42, null, Duration.ZERO, 0)));
    }

    @Test
    @Rule("LE-08")
    void eachHolderThatGivesUpMakesThePauseLonger() {
        LeaseRow row = new LeaseRow("invoicing", 20, 50, "host-a", TTL, 3);
        Holding held = Decision.taken(row, at(0), at(0));
        End end = Decision.gaveUp(held, "why", OURS, at(5), 0);

        assertThat(end.giveUps()).isEqualTo(4);
        assertThat(end.pause()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    @Rule("LE-08")
    void aHolderThatRanForLongBeginsThePausesAnew() {
        LeaseRow row = new LeaseRow("invoicing", 20, 50, "host-a", TTL, 3);
        Holding held = Decision.taken(row, at(0), at(0));
        End end = Decision.gaveUp(held, "why", OURS, at(61), 0);

        assertThat(end.giveUps()).isEqualTo(1);
        assertThat(end.pause()).isEqualTo(Duration.ofSeconds(1));
        assertThat(Decision.stopped(held, OURS, at(61)).giveUps()).isZero();
    }

    /** With equal clock rates and any delays of the messages, times do not overlap. */
    @Test
    @Rule("LE-02")
    void noContenderTakesARowBeforeItsHolderHasEnded() {
        for (double sent = 0; sent < 1; sent += 0.1) {
            for (double stored = sent; stored < sent + 3; stored += 0.3) {
                LeaseRow row = THEIRS.taken("host-a", TTL);
                long ends = Decision.taken(row, at(sent), at(stored)).validUntil(OURS);
                for (double seen = stored; seen < stored + 2; seen += 0.25) {
                    long taken = first(row, seen).takeAt();
                    assertThat(taken - ends).isGreaterThanOrEqualTo(MARGIN.toNanos());
                }
            }
        }
    }
}

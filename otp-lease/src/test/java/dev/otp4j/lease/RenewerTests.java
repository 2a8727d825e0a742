/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.lease.Standing.Holding;
import dev.otp4j.lease.Standing.Idle;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the thread that talks to the store does, turn by turn, on a clock of the test. */
class RenewerTests {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong clock = new AtomicLong(5 * SECOND);
    private final SharedRows rows = new SharedRows();
    private final ProcessRuntime runtime = ProcessRuntime.builder().name("renewer").build();
    private final Settings settings =
            new Settings(
                    "host-a",
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(500),
                    Backoff.fixed(Duration.ofSeconds(1)).jitter(0));
    private final Lease lease = new Lease("invoicing", settings, clock::get, this::changed);
    private final Line line = new Line(new SlowStore());
    private final Renewer renewer = new Renewer(line, settings, clock::get);
    private final List<LeaseInfo> seenAtChanges = new ArrayList<>();
    private Lease.Place place;

    private void changed() {
        seenAtChanges.add(lease.info());
    }

    /** Each write takes a second. */
    private final class SlowStore implements LeaseStore, LeaseStore.Session {
        @Override
        public Session open(Duration callLimit) {
            return this;
        }

        @Override
        public Optional<LeaseRow> read(String name) {
            return rows.read(name);
        }

        @Override
        public boolean insert(LeaseRow first) {
            clock.addAndGet(SECOND);
            return rows.insert(first);
        }

        @Override
        public boolean replace(LeaseRow expected, LeaseRow next) {
            clock.addAndGet(SECOND);
            return rows.replace(expected, next);
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void occupy() {
        Subject<SingletonPlace.Event> events =
                Actors.start(Actors.<SingletonPlace.Event>idle(), runtime);
        place = new Lease.Place(events.owner(), events);
        lease.occupy(place);
    }

    @AfterEach
    void close() {
        Processes.kill(place.pid());
        runtime.close();
    }

    private Long turn() {
        return renewer.turn(List.of(lease));
    }

    private Holding held() {
        assertThat(lease.standing()).isInstanceOf(Holding.class);
        return (Holding) lease.standing();
    }

    @Test
    @Rule("LE-04")
    void theTimeCountsFromBeforeTheWriteWasSent() {
        Long next = turn();

        assertThat(clock.get()).isEqualTo(6 * SECOND);
        assertThat(lease.validUntil(1)).isEqualTo(13 * SECOND);
        assertThat(next).isEqualTo(7 * SECOND);

        clock.set(7 * SECOND);
        turn();
        assertThat(held().row().beat()).isEqualTo(2);
        assertThat(lease.validUntil(1)).isEqualTo(15 * SECOND);
    }

    @Test
    @Rule("LE-04")
    void aLeaseThatIsSeenAsHeldAgainShowsNoFailureOfBefore() {
        line.cut("gone");
        turn();
        assertThat(lease.info().failure()).isEqualTo("gone");
        line.mend();
        clock.addAndGet(SECOND);
        seenAtChanges.clear();
        turn();
        clock.addAndGet(SECOND);
        line.cut("gone again");
        turn();
        line.mend();
        clock.addAndGet(SECOND);
        turn();

        assertThat(seenAtChanges)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(seen -> assertThat(seen.state()).isEqualTo(LeaseInfo.State.HELD))
                .allSatisfy(seen -> assertThat(seen.failure()).isNull());
    }

    @Test
    @Rule("LE-04")
    void aFailureGivesNoTimeAndIsTriedAgainAfterTheInterval() {
        turn();
        clock.set(7 * SECOND);
        line.cut("gone");
        assertThat(turn()).isEqualTo(7 * SECOND + SECOND / 2);
        assertThat(lease.info().failure()).isEqualTo("gone");
        assertThat(lease.validUntil(1)).isEqualTo(13 * SECOND);
        line.mend();
        assertThat(turn()).as("not yet").isEqualTo(7 * SECOND + SECOND / 2);
        clock.set(8 * SECOND);
        turn();
        assertThat(lease.validUntil(1)).isEqualTo(16 * SECOND);
        assertThat(lease.info().failure()).isNull();
    }

    @Test
    @Rule("LE-04")
    void aRenewalWithoutAnAnswerIsFoundAndSentAgain() {
        turn();
        clock.set(7 * SECOND);
        line.loseAnswers();
        turn();
        line.mend();
        assertThat(rows.row("invoicing").beat()).isEqualTo(2);
        assertThat(lease.validUntil(1)).as("no time for it").isEqualTo(13 * SECOND);
        clock.set(9 * SECOND);
        turn();
        assertThat(held().row().beat()).isEqualTo(3);
        assertThat(lease.validUntil(1)).as("sent at 10 s").isEqualTo(18 * SECOND);
    }

    @Test
    @Rule("LE-04")
    void theWatcherEndsWhatWasNotRenewedAndNotBefore() {
        turn();
        clock.set(13 * SECOND - 1);
        assertThat(lease.watch()).isEqualTo(13 * SECOND);
        held();
        clock.set(13 * SECOND);
        assertThat(lease.watch()).isNull();
        assertThat(lease.standing()).isInstanceOf(Standing.Releasing.class);
        turn();
        assertThat(rows.row("invoicing").owner()).as("freed, and won again").isEqualTo("host-a");
        assertThat(held().row().token()).isEqualTo(2);
    }

    @Test
    @Rule("LE-02")
    void aRenewalThatComesTooLateDoesNotBringTheTenureBack() {
        turn();
        Holding before = held();
        clock.set(13 * SECOND);
        lease.watch();

        assertThat(lease.renewed(1, before.row().renewed(), 12 * SECOND)).isFalse();
        assertThat(lease.validUntil(1)).isLessThan(clock.get());
    }

    @Test
    @Rule("LE-03")
    void aPlaceThatLeavesFreesTheRow() {
        turn();
        lease.withdraw(place);
        turn();

        assertThat(rows.row("invoicing").owner()).isNull();
        assertThat(rows.row("invoicing").token()).isEqualTo(1);
        assertThat(lease.standing()).isInstanceOf(Idle.class);
    }

    @Test
    @Rule("LE-04")
    void aDeadPlaceEndsTheTenure() {
        turn();
        Processes.kill(place.pid());
        lease.watch();

        assertThat(lease.standing()).isInstanceOf(Standing.Releasing.class);
    }

    @Test
    void theLogSaysHowATenureEnded() {
        try (LogLines lines = new LogLines("dev.otp4j.lease")) {
            turn();
            lease.giveUp(1, "its singleton could not be started: no ledger");
            turn();
            clock.addAndGet(2 * SECOND);
            turn();
            LeaseRow own = held().row();
            rows.replace(own, own.released(Duration.ZERO, 0).taken("host-b", settings.ttl()));
            clock.addAndGet(3 * SECOND);
            turn();
            lease.withdraw(place);

            assertThat(lines.matching("lease 'invoicing'"))
                    .containsExactly(
                            "lease 'invoicing' acquired by host-a: token=1",
                            "lease 'invoicing' given up by host-a: token=1, its singleton could not be started: no ledger; no instance takes the lease for PT1S",
                            "lease 'invoicing' acquired by host-a: token=2",
                            "lease 'invoicing' lost by host-a: token=2, the row is held by host-b with token 3");
        }
    }

    @Test
    void theLogSaysOfAPlaceThatLeavesThatItWasStopped() {
        try (LogLines lines = new LogLines("dev.otp4j.lease")) {
            turn();
            lease.withdraw(place);

            assertThat(lines.matching("given back"))
                    .containsExactly(
                            "lease 'invoicing' given back by host-a: token=1, the singleton was stopped");
        }
    }

    @Test
    void theLogSaysOnceThatAStoreCannotBeUsedAndWhatFollows() {
        try (LogLines lines = new LogLines("dev.otp4j.lease")) {
            line.cut("gone");
            turn();
            clock.addAndGet(SECOND);
            turn();
            line.mend();
            clock.addAndGet(SECOND);
            turn();

            assertThat(lines.matching("instance 'host-a'"))
                    .containsExactly(
                            "instance 'host-a' cannot use "
                                    + line
                                    + "; it tries again every PT0.5S, and loses each lease that it has not renewed for PT8S",
                            "instance 'host-a' can use " + line + " again");
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads that keep leases: what does not stop them. */
@Timeout(30)
class KeeperTests {
    private static final Duration TTL = Duration.ofMillis(2000);
    private static final Duration MARGIN = Duration.ofMillis(800);

    private final SharedRows rows = new SharedRows();
    private final Line line = rows.path();
    private final List<Subject<Runnable>> children = new CopyOnWriteArrayList<>();
    private final List<Tenure> tenures = new CopyOnWriteArrayList<>();

    private Instance instance(Line to) {
        return new Instance("host-a", to, builder -> builder.ttl(TTL).margin(MARGIN));
    }

    /** A child that traps exits and is busy with a backlog for longer than the TTL. */
    private ChildSpecification<?> trapping(Tenure tenure) {
        return ChildSpecification.worker(
                "busy",
                () -> {
                    tenures.add(tenure);
                    var child = Actors.running().trapExits(true).start();
                    children.add(child.data());
                    return child;
                });
    }

    private Pid busyChild() {
        eventually("it runs", () -> children.size() == 1);
        Subject<Runnable> child = children.getFirst();
        for (int i = 0; i < 100; i++) child.send(() -> LockSupport.parkNanos(100_000_000));
        return child.owner();
    }

    /** Cuts the line, and waits for the death of the child; no later than the TTL allows. */
    private void awaitDeathInTime(Pid child, Runnable fault) {
        Tenure tenure = tenures.getFirst();
        fault.run();
        long until = tenure.validUntil();
        assertThat(Processes.isAlive(child)).isTrue();
        while (Processes.isAlive(child)) {
            if (tenure.isValid()) until = tenure.validUntil(); // a renewal that was on its way
            assertThat(System.nanoTime() - until).isLessThan(MARGIN.toNanos());
            LockSupport.parkNanos(100_000);
        }
        assertThat(System.nanoTime() - until).isBetween(0L, MARGIN.toNanos());
    }

    @Test
    @Rule("LE-04")
    void aTrappingChildWithABacklogIsDeadBeforeTheTtlIsOver() {
        try (Instance a = instance(line).running(this::trapping)) {
            awaitDeathInTime(busyChild(), () -> line.cut("gone"));
            line.mend();
        }
    }

    @Test
    @Rule("LE-04")
    void aStoreThatHangsDoesNotStopTheWatcher() {
        try (Instance a = instance(line).running(this::trapping)) {
            awaitDeathInTime(busyChild(), line::hang);
            line.mend();
        }
    }

    @Test
    @Rule("LE-04")
    void aBlockedCommonPoolDoesNotStopTheKeeper() {
        var release = new CountDownLatch(1);
        int tasks = 2 * ForkJoinPool.commonPool().getParallelism() + 2;
        for (int i = 0; i < tasks; i++) {
            ForkJoinPool.commonPool().execute(() -> awaitQuietly(release));
        }
        try (Instance a = instance(line).running(this::trapping)) {
            awaitDeathInTime(busyChild(), line::hang);
            line.mend();
        } finally {
            release.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All carriers compute for longer than the TTL: no virtual thread begins. */
    @Test
    @Rule("LE-04")
    void busyCarriersNeitherStopTheRenewalsNorTheWatcher() {
        Instance a = instance(line).running(this::trapping);
        Pid child = busyChild();
        long token = a.lease().token();
        var stop = new CountDownLatch(1);
        int carriers = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < 4 * carriers; i++) Thread.ofVirtual().start(() -> compute(stop));
        try {
            LockSupport.parkNanos(2 * TTL.toNanos());
            assertThat(a.lease().isHere()).as("it was renewed").isTrue();
            assertThat(a.lease().token()).isEqualTo(token);

            awaitDeathInTime(child, line::hang);
        } finally {
            stop.countDown();
            line.mend();
            a.close();
        }
    }

    private static void compute(CountDownLatch stop) {
        while (stop.getCount() > 0) Thread.onSpinWait();
    }

    @Test
    @Rule("LE-03")
    void aStoreThatComesBackGivesTheLeaseAgainWithTheNextToken() {
        try (Instance a = instance(line).running(this::trapping)) {
            Pid child = busyChild();
            awaitDeathInTime(child, () -> line.cut("gone for a while"));
            assertThat(a.lease().failure()).isEqualTo("gone for a while");
            line.mend();
            eventually("it runs again", () -> children.size() == 2);
            assertThat(tenures).extracting(Tenure::token).containsExactly(1L, 2L);
        }
    }

    @Test
    @Rule("LE-04")
    void answersThatAreLostCostNoLeaseIfLaterOnesAreHeard() {
        try (Instance a = instance(line).running(this::trapping)) {
            busyChild();
            long beat = rows.row("invoicing").beat();
            line.loseAnswers();
            eventually("written unheard of", () -> rows.row("invoicing").beat() > beat);
            line.mend();
            long unheard = rows.row("invoicing").beat();
            eventually("renewed", () -> rows.row("invoicing").beat() > unheard + 2);

            assertThat(a.lease().token()).isEqualTo(1);
            assertThat(tenures).hasSize(1);
        }
    }

    /**
     * The row was deleted or changed by hand: nothing goes on as if this instance had the lease.
     */
    @Test
    void aRowOfAnotherHolderEndsTheTenureAtOnce() {
        try (Instance a = instance(line).running(this::trapping)) {
            Pid child = busyChild();
            LeaseRow row = rows.row("invoicing");
            while (!rows.replace(row, row.taken("host-b", TTL))) row = rows.row("invoicing");

            eventually("it is dead", () -> !Processes.isAlive(child));
            assertThat(tenures.getFirst().isValid()).isFalse();
            eventually("it waits", () -> "host-b".equals(a.lease().owner()));
        }
    }

    @Test
    void aCallThatOutlastsTheCloseOfTheKeeperLeavesNoSessionOpen() {
        Instance a = instance(line).running(this::trapping);
        a.awaitHeld();
        line.hang();
        a.system().stop(Duration.ofSeconds(5));
        awaitHangingCall();

        assertThat(a.keeper.close(Duration.ofMillis(50))).isFalse();
        assertThat(line.sessions()).isEqualTo(1);
        line.mend();

        eventually("the session is closed", () -> line.sessions() == 0);
        a.system().close();
    }

    private static void awaitHangingCall() {
        eventually(
                "the thread waits for the store",
                () ->
                        Thread.getAllStackTraces().entrySet().stream()
                                .filter(
                                        at ->
                                                at.getKey()
                                                        .getName()
                                                        .equals("otp:lease-store:host-a"))
                                .flatMap(at -> Arrays.stream(at.getValue()))
                                .anyMatch(frame -> frame.getMethodName().equals("passing")));
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        LeaseKeeper.Builder builder = LeaseKeeper.builder(rows).ttl(Duration.ofSeconds(1));

        assertThatThrownBy(() -> builder.margin(Duration.ofMillis(600)).build())
                .hasMessage("'margin' must be at most half of 'ttl' (PT1S): PT0.6S");
        assertThatThrownBy(() -> builder.margin(Duration.ZERO).build())
                .hasMessage("'margin' must be positive: PT0S");
        builder.margin(Duration.ofMillis(100));
        assertThatThrownBy(() -> builder.pollInterval(Duration.ofSeconds(2)).build())
                .hasMessage("'pollInterval' must not be longer than 'ttl' (PT1S): PT2S");
        builder.pollInterval(Duration.ofMillis(100));
        assertThatThrownBy(() -> builder.ttl(Duration.ofMillis(50)).build())
                .hasMessage("'ttl' must be from 100 ms to one day: PT0.05S");
    }
}

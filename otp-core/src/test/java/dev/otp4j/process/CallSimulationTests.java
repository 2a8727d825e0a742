/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names, timers and calls at the very moment at which something else happens to them. */
@Timeout(60)
class CallSimulationTests {
    private static final Duration TICK = Duration.ofSeconds(1);

    private static Duration ticks(long count) {
        return TICK.multipliedBy(count);
    }

    record Ask(int value, Subject<Integer> replyTo) {}

    @Test
    @Rule({"R-02", "R-05", "R-06", "R-08"})
    void aNameHasOneLiveHolderOrNoneWhateverEndsWhen() {
        Set<String> outcomes = new TreeSet<>();
        Simulation.check(
                500,
                () -> {
                    Name<String> name = Name.create("contested");
                    Subject<Boolean> claims = Subject.create();
                    Pid victim = claimant(name, claims);
                    Pid rival = claimant(name, claims);
                    Processes.sleep(TICK);
                    Processes.kill(victim);

                    boolean one = claims.receiveForever();
                    boolean other = claims.receiveForever();
                    Pid holder = name.pid().orElse(null);

                    assertThat(one ^ other).as("one of them won").isTrue();
                    assertThat(holder).isIn(null, rival);
                    assertThat(name.subject().trySend("hello"))
                            .isEqualTo(holder == null ? Subject.Sent.CLOSED : Subject.Sent.SENT);
                    if (holder == null) {
                        Processes.register(Processes.self(), name);
                        assertThat(name.pid()).contains(Processes.self());
                    }
                    outcomes.add(holder == null ? "the dead had it" : "the rival has it");
                });
        assertThat(outcomes).hasSize(2);
    }

    private static Pid claimant(Name<String> name, Subject<Boolean> claims) {
        return Processes.spawnUnlinked(
                () -> {
                    boolean won = true;
                    try {
                        Processes.register(Processes.self(), name);
                    } catch (IllegalStateException | IllegalArgumentException taken) {
                        won = false;
                    }
                    claims.send(won);
                    Processes.sleep(ticks(100));
                });
    }

    @Test
    @Rule({"T-02", "T-03", "T-04"})
    void aTimerFiresOrIsCancelledNeverBoth() {
        Set<Boolean> outcomes = new HashSet<>();
        Simulation.check(
                500,
                () -> {
                    Subject<String> own = Subject.create();
                    Subject<Cancelled> results = Subject.create();
                    Timer timer = own.sendAfter(TICK, "fired");
                    for (int i = 0; i < 2; i++) {
                        Processes.spawn(
                                () -> {
                                    Processes.sleep(TICK);
                                    results.send(timer.cancel());
                                });
                    }

                    int cancelled = 0;
                    for (int i = 0; i < 2; i++) {
                        if (results.receiveForever() instanceof Cancelled.TimerCancelled left) {
                            assertThat(left.remaining()).isZero();
                            cancelled++;
                        }
                    }
                    boolean fired = own.receive(TICK).isPresent();

                    assertThat(cancelled + (fired ? 1 : 0)).isOne();
                    assertThat(ProcessRuntime.current().timerCount()).isZero();
                    outcomes.add(fired);
                });
        assertThat(outcomes).containsExactlyInAnyOrder(true, false);
    }

    /** Reply, time limit and death at the same instant: one of them is the outcome. */
    @Test
    @Rule({"C-02", "C-03", "C-05", "C-06"})
    void aCallHasOneOutcomeAndLeavesNothing() {
        Set<String> outcomes = new TreeSet<>();
        Simulation.check(
                1_000,
                () -> {
                    Subject<Ask> callee = slowCallee();
                    executioner(callee.owner());

                    outcomes.add(
                            kind(callee.tryCall(TICK, (Subject<Integer> to) -> new Ask(7, to))));

                    Processes.sleep(ticks(2));
                    assertThat(ProcessInfo.mailboxSize(Processes.self())).isZero();
                    nothingIsLeft(callee);
                });
        assertThat(outcomes).containsExactly("died", "late", "replied 7");
    }

    @Test
    @Rule({"C-02", "C-03", "C-05", "C-06"})
    void anAsynchronousCallHasOneOutcomeAndLeavesNothing() {
        Set<String> outcomes = new TreeSet<>();
        Simulation.check(
                1_000,
                () -> {
                    Subject<Ask> callee = slowCallee();
                    executioner(callee.owner());
                    Subject<CallResult<Integer>> own = Subject.create();
                    long start = ProcessRuntime.current().nanoTime();

                    var unused =
                            callee.callAsync(TICK, (Subject<Integer> to) -> new Ask(7, to))
                                    .handle((got, failed) -> tell(own, got, failed));

                    outcomes.add(kind(own.receiveForever()));
                    assertThat(ProcessRuntime.current().nanoTime() - start)
                            .isEqualTo(TICK.toNanos());
                    assertThat(own.receive(ticks(2))).isEmpty();
                    nothingIsLeft(callee);
                });
        assertThat(outcomes).containsExactly("died", "late", "replied 7");
    }

    private static boolean tell(
            Subject<CallResult<Integer>> to,
            @org.jspecify.annotations.Nullable Integer got,
            @org.jspecify.annotations.Nullable Throwable failed) {
        to.send(
                got != null
                        ? new CallResult.Replied<>(got)
                        : new CallResult.Failed<>(
                                (CallException) java.util.Objects.requireNonNull(failed)));
        return true;
    }

    private static Subject<Ask> slowCallee() {
        var started =
                Actors.<Ask>handling(
                                ask -> {
                                    Processes.sleep(TICK);
                                    ask.replyTo().send(ask.value());
                                })
                        .start();
        Processes.unlink(started.pid());
        return started.data();
    }

    private static void executioner(Pid victim) {
        Processes.spawnUnlinked(
                () -> {
                    Processes.sleep(TICK);
                    Processes.kill(victim);
                });
    }

    private static void nothingIsLeft(Subject<Ask> callee) {
        assertThat(((ProcessCell) callee.owner()).watcherCount()).isZero();
        assertThat(ProcessRuntime.current().timerCount()).isZero();
    }

    private static String kind(CallResult<Integer> result) {
        return switch (result) {
            case CallResult.Replied(Integer value) -> "replied " + value;
            case CallResult.Failed(CallException.TimedOut late) -> "late";
            case CallResult.Failed(CallException.CalleeDown down) -> "died";
            case CallResult.Failed(CallException other) -> other.toString();
            case CallResult.Refused(RuntimeException failure) -> throw failure;
        };
    }

    @Test
    @Rule("TR-16")
    void aLateCallNamesTheCircleAndTheTimes() {
        Simulation.run(
                3,
                () -> {
                    Subject<Ask> own = Subject.create();
                    Subject<Runnable> worker = Actors.running().start().data();
                    worker.send(
                            () -> own.tryCall(ticks(100), (Subject<Integer> to) -> new Ask(1, to)));
                    Processes.sleep(ticks(60));

                    CallResult<Integer> late =
                            worker.tryCall(TICK, (Subject<Integer> to) -> () -> to.send(1));

                    assertThat(late.toString())
                            .contains(", for at least PT1M1S, and waits for a reply from")
                            .contains(
                                    "which makes this call: a circle; the request is the next in the mailbox");
                });
    }

    /** A random history of a timer, against what it must be. */
    @Test
    @Rule({"T-01", "T-02", "T-05"})
    void aTimersHistoryIsAsItsTimesSay() {
        Simulation.check(
                300,
                () -> {
                    var random =
                            new SplittableRandom(ProcessRuntime.current().node().incarnation());
                    Subject<Long> own = Subject.create();
                    ProcessRuntime runtime = ProcessRuntime.current();
                    long delay = random.nextInt(10);
                    long stop = random.nextInt(10);
                    long start = runtime.nanoTime();
                    Timer timer = own.sendAfter(ticks(delay), delay);

                    Processes.sleep(ticks(stop));
                    boolean cancelled = timer.cancel() instanceof Cancelled.TimerCancelled;

                    if (stop < delay) assertThat(cancelled).isTrue();
                    if (stop > delay) assertThat(cancelled).isFalse();
                    assertThat(own.receive(ticks(20)).isPresent()).isEqualTo(!cancelled);
                    if (!cancelled) {
                        assertThat(runtime.nanoTime() - start)
                                .isGreaterThanOrEqualTo(ticks(delay).toNanos());
                    }
                });
    }
}

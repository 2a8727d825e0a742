/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.LogLines;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of the time of calls. */
@Timeout(30)
class CallTimingTests {
    private static final Duration SECOND = Duration.ofSeconds(1);

    record Ask(Duration after, Subject<Integer> replyTo) {}

    private record Call(Pid callee, Duration took, boolean failed) {}

    private final List<Call> told = new CopyOnWriteArrayList<>();
    private final CallTiming timing =
            (callee, nanos, failed) -> told.add(new Call(callee, Duration.ofNanos(nanos), failed));

    /** Replies after the time that it is asked for. */
    private static Subject<Ask> callee() {
        Subject<Subject<Ask>> ready = Subject.create();
        Processes.spawn(
                () -> {
                    Subject<Ask> requests = Subject.create();
                    ready.send(requests);
                    while (true) {
                        Ask ask = requests.receiveForever();
                        Processes.sleep(ask.after());
                        ask.replyTo().send(1);
                    }
                });
        return ready.receiveForever();
    }

    private void simulated(Runnable body) {
        Simulation.run(1, builder -> builder.callTiming(timing), body);
    }

    @Test
    void theTimeUntilTheReplyOnTheCallersClock() {
        simulated(
                () -> {
                    Subject<Ask> callee = callee();

                    callee.call(
                            SECOND.multipliedBy(10),
                            (Subject<Integer> reply) -> new Ask(SECOND, reply));

                    assertThat(told).containsExactly(new Call(callee.owner(), SECOND, false));
                });
    }

    @Test
    void theTimeUntilTheCallerGaveUp() {
        simulated(
                () -> {
                    Subject<Ask> callee = callee();

                    callee.tryCall(
                            SECOND,
                            (Subject<Integer> reply) -> new Ask(SECOND.multipliedBy(5), reply));

                    assertThat(told).containsExactly(new Call(callee.owner(), SECOND, true));
                });
    }

    @Test
    void asynchronousCallsAsWell() {
        simulated(
                () -> {
                    Subject<Ask> callee = callee();

                    var good =
                            callee.callAsync(
                                    SECOND.multipliedBy(9),
                                    (Subject<Integer> reply) -> new Ask(SECOND, reply));
                    Processes.sleep(SECOND.multipliedBy(3));
                    var bad =
                            callee.callAsync(
                                    SECOND,
                                    (Subject<Integer> reply) ->
                                            new Ask(SECOND.multipliedBy(2), reply));
                    Processes.sleep(SECOND.multipliedBy(3));

                    assertThat(good).isCompletedWithValue(1);
                    assertThat(bad).isCompletedExceptionally();
                    assertThat(told)
                            .containsExactly(
                                    new Call(callee.owner(), SECOND, false),
                                    new Call(callee.owner(), SECOND, true));
                });
    }

    @Test
    void nothingOfACallThatReachedNoProcess() {
        simulated(
                () -> {
                    Subject<Ask> vacant = Name.<Ask>create("vacant").subject();

                    vacant.tryCall(SECOND, (Subject<Integer> reply) -> new Ask(SECOND, reply));

                    assertThat(told).isEmpty();
                });
    }

    @Test
    void aTimingThatThrowsIsSwitchedOffAndLogged() {
        var calls = new AtomicInteger();
        try (var lines = new LogLines(ProcessRuntime.class.getName());
                ProcessRuntime runtime = ProcessRuntime.builder().name("timed").build()) {
            assertThat(
                            runtime.callTimingIfAbsent(
                                    (callee, nanos, failed) -> {
                                        calls.incrementAndGet();
                                        throw new IllegalStateException("on purpose");
                                    }))
                    .isTrue();
            assertThat(runtime.callTimingIfAbsent(timing)).isFalse();

            Processes.run(
                    runtime,
                    () -> {
                        Subject<Ask> callee = callee();
                        for (int i = 0; i < 3; i++) {
                            callee.call(
                                    SECOND,
                                    (Subject<Integer> reply) -> new Ask(Duration.ZERO, reply));
                        }
                        return calls.get();
                    });

            assertThat(calls).hasValue(1);
            eventually(
                    "logged",
                    () ->
                            !lines.matching(" failed, so runtime 'timed' measures no more")
                                    .isEmpty());
        }
    }
}

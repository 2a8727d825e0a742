/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Race;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose outcome is a value: {@link Subject#tryCall} and {@link Subject#callAsync}. */
@OtpTest
class AsyncCallTests {
    private static final Duration MOMENT = Duration.ofMillis(20);

    /** Echoes a number; keeps what is negative to itself; ends at zero. */
    record Ask(int value, Subject<Integer> replyTo) {}

    private static Function<Subject<Integer>, Ask> ask(int value) {
        return replyTo -> new Ask(value, replyTo);
    }

    private static Subject<Ask> callee() {
        var started =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer state, Ask ask) -> {
                                    if (ask.value() == 0) return Next.stop(ExitReason.SHUTDOWN);
                                    if (ask.value() > 0) ask.replyTo().send(ask.value());
                                    return Next.continueWith(state);
                                })
                        .start();
        Processes.unlink(started.pid());
        return started.data();
    }

    private static CallException failure(CompletableFuture<?> future) {
        try {
            throw new AssertionError("replied " + future.get(5, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return (CallException) e.getCause();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void nothingIsLeft(Subject<Ask> callee) {
        assertThat(((ProcessCell) callee.owner()).watcherCount()).isZero();
        assertThat(ProcessRuntime.current().timerCount()).isZero();
    }

    private static String text(CallResult<Integer> result) {
        return switch (result) {
            case CallResult.Replied(Integer value) -> "replied " + value;
            case CallResult.Failed(CallException.TimedOut late) -> "late";
            case CallResult.Failed(CallException.CalleeDown down) -> "down " + down.reason();
            case CallResult.Failed(CallException other) -> other.getClass().getSimpleName();
            case CallResult.Refused(RuntimeException failure) -> "refused " + failure;
        };
    }

    @Test
    @Rule({"C-01", "C-02", "C-04", "C-05", "C-06", "C-07", "C-08", "C-13"})
    void everyOutcomeIsAValue() {
        Subject<Ask> callee = callee();
        Subject<Ask> own = Subject.create();
        Name<Ask> vacant = Name.create("vacant");

        assertThat(text(callee.tryCall(SOON, ask(3)))).isEqualTo("replied 3");
        assertThat(text(outside(() -> callee.tryCall(SOON, ask(4))))).isEqualTo("replied 4");
        assertThat(text(callee.tryCall(MOMENT, ask(-1)))).isEqualTo("late");
        assertThat(text(own.tryCall(SOON, ask(1)))).isEqualTo("CallingSelf");
        assertThat(text(vacant.subject().tryCall(SOON, ask(1)))).isEqualTo("NotRegistered");
        assertThat(text(callee.tryCall(SOON, ask(0)))).isEqualTo("down " + ExitReason.SHUTDOWN);
        assertThat(text(callee.tryCall(SOON, ask(1)))).isEqualTo("down " + ExitReason.NO_PROCESS);
        assertThat(anythingComes()).isFalse();
        nothingIsLeft(callee);
    }

    @Test
    void aFailureCanBeThrownLater() {
        Subject<Ask> callee = callee();

        CallResult<Integer> late = callee.tryCall(MOMENT, ask(-1));

        assertThat(callee.tryCall(SOON, ask(5)).orElseThrow()).isEqualTo(5);
        assertThatExceptionOfType(CallException.TimedOut.class).isThrownBy(late::orElseThrow);
        Processes.kill(callee.owner());
    }

    @Test
    void anInterruptIsAValueToo() {
        Subject<Ask> callee = callee();

        String outcome =
                outside(
                        () -> {
                            Thread.currentThread().interrupt();
                            String text = text(callee.tryCall(SOON, ask(-1)));
                            return text + " " + Thread.currentThread().isInterrupted();
                        });

        assertThat(outcome).isEqualTo("Interrupted true");
        Processes.kill(callee.owner());
    }

    @Test
    void aFailureWhileTheRequestIsMadeIsThrown() {
        Subject<Ask> callee = callee();
        Name<Ask> vacant = Name.create("vacant");

        assertThatExceptionOfType(CallException.NotRegistered.class)
                .isThrownBy(
                        () ->
                                callee.tryCall(
                                        SOON,
                                        (Subject<Integer> to) ->
                                                new Ask(
                                                        vacant.subject().<Integer>call(ask(1)),
                                                        to)));
        Processes.kill(callee.owner());
    }

    @Test
    @Rule({"C-01", "C-06", "C-13"})
    void aReplyCompletesTheFutureOnAThreadThatIsNoProcess() {
        Subject<Ask> callee = callee();
        var completer = new AtomicReference<Optional<Pid>>();

        CompletableFuture<Integer> reply =
                callee.callAsync(SOON, ask(7))
                        .whenComplete(
                                (value, failed) ->
                                        completer.set(Optional.ofNullable(Processes.selfOrNull())));

        assertThat(get(reply)).isEqualTo(7);
        assertThat(anythingComes()).isFalse();
        assertThat(completer.get()).isNotNull();
        nothingIsLeft(callee);
        Processes.kill(callee.owner());
    }

    @Test
    @Rule({"C-02", "C-03", "C-06"})
    void theTimeLimitFailsTheFutureAndALateReplyChangesNothing() {
        Subject<Ask> callee = callee();
        var asked = new AtomicReference<Subject<Integer>>();

        CompletableFuture<Integer> reply =
                callee.callAsync(
                        MOMENT,
                        (Subject<Integer> to) -> {
                            asked.set(to);
                            return new Ask(-1, to);
                        });

        assertThat(failure(reply))
                .isInstanceOf(CallException.TimedOut.class)
                .hasMessageContaining("PT0.02S");
        assertThat(asked.get().trySend(9)).isEqualTo(Subject.Sent.CLOSED);
        assertThat(reply).isCompletedExceptionally();
        assertThat(Processes.isAlive(callee.owner())).isTrue();
        nothingIsLeft(callee);
        Processes.kill(callee.owner());
    }

    @Test
    @Rule({"C-04", "C-05", "C-06", "C-07"})
    void deathAndVacancyFailTheFuture() {
        Subject<Ask> callee = callee();
        Name<Ask> vacant = Name.create("vacant");

        CompletableFuture<Integer> dying = callee.callAsync(SOON, ask(0));

        assertThat(failure(dying))
                .isInstanceOfSatisfying(
                        CallException.CalleeDown.class,
                        down -> assertThat(down.reason()).isEqualTo(ExitReason.SHUTDOWN));
        assertThat(failure(callee.callAsync(SOON, ask(1))))
                .isInstanceOf(CallException.CalleeDown.class);
        assertThat(failure(vacant.subject().callAsync(SOON, ask(1))))
                .isInstanceOf(CallException.NotRegistered.class);
        nothingIsLeft(callee);
    }

    @Test
    void cancellingTheFutureLeavesNothing() {
        Subject<Ask> callee = callee();
        CompletableFuture<Integer> reply = callee.callAsync(SOON, ask(-1));
        assertThat(((ProcessCell) callee.owner()).watcherCount()).isOne();

        assertThat(reply.cancel(false)).isTrue();

        nothingIsLeft(callee);
        Processes.kill(callee.owner());
    }

    /** What a runtime that is closed leaves open would be waited for without end. */
    @Nested
    class WhenTheRuntimeIsClosed {
        private final ProcessRuntime runtime = ProcessRuntime.builder().name("closing").build();
        private final Subject<Ask> callee =
                Processes.outside(() -> Actors.<Ask>idle().runtime(runtime).start().data());
        private final AtomicReference<Subject<Integer>> asked = new AtomicReference<>();

        private CompletableFuture<Integer> call() {
            return outside(
                    () ->
                            callee.callAsync(
                                    Duration.ofHours(1),
                                    (Subject<Integer> to) -> {
                                        asked.set(to);
                                        return new Ask(1, to);
                                    }));
        }

        private void leavesNothing() {
            assertThat(((ProcessCell) callee.owner()).watcherCount()).isZero();
            assertThat(runtime.timerCount()).isZero();
            assertThat(runtime.openCalls()).isZero();
            assertThat(asked.get().trySend(5)).isEqualTo(Subject.Sent.CLOSED);
            Processes.kill(callee.owner());
        }

        @Test
        @Rule("C-06")
        void openCallsFailAtOnce() {
            CompletableFuture<Integer> open = call();
            assertThat(runtime.openCalls()).isOne();

            runtime.close();

            assertThat(failure(open))
                    .isInstanceOf(CallException.RuntimeClosed.class)
                    .hasMessageContainingAll(callee.owner().toString(), "closing", "closed");
            leavesNothing();
        }

        @Test
        @Rule("C-06")
        void aCallThatComesLaterFailsToo() {
            runtime.close();

            CompletableFuture<Integer> late = call();

            assertThat(failure(late)).isInstanceOf(CallException.RuntimeClosed.class);
            leavesNothing();
        }

        @Test
        void aTimerThatComesLaterNeverFires() {
            runtime.close();

            callee.sendAfter(Duration.ZERO, new Ask(1, asked()));

            assertThat(runtime.timerCount()).isZero();
            assertThat(ProcessInfo.mailboxSize(callee.owner())).isZero();
            Processes.kill(callee.owner());
        }

        private Subject<Integer> asked() {
            return Subject.create();
        }
    }

    @Test
    @Tag("race")
    @Timeout(120)
    @Rule("C-06")
    void noCallOutlivesItsRuntimeWhoeverComesFirst() {
        Race.run(
                10_000,
                Duration.ofSeconds(5),
                Round::new,
                round -> {
                    var failed = failure(Objects.requireNonNull(round.call));
                    assertThat(failed).isInstanceOf(CallException.RuntimeClosed.class);
                    assertThat(round.runtime.openCalls()).isZero();
                    assertThat(round.runtime.timerCount()).isZero();
                },
                round -> round.call = round.callee.callAsync(Duration.ofHours(1), ask(1)),
                round -> round.runtime.close());
    }

    /** A call that a vacant name holds. */
    private static final class Round {
        final ProcessRuntime runtime = ProcessRuntime.builder().name("round").build();
        final Subject<Ask> callee = Name.<Ask>create(runtime, "held", Vacancy.holding(1)).subject();
        volatile @Nullable CompletableFuture<Integer> call;
    }

    @Test
    void aHeldRequestIsAnsweredByTheNextProcess() {
        Name<Ask> name = Name.<Ask>create("held", Vacancy.holding(10));

        CompletableFuture<Integer> reply = name.subject().callAsync(SOON, ask(6));
        CompletableFuture<Integer> late = name.subject().callAsync(MOMENT, ask(7));
        CallException failed = failure(late);
        Actors.<Ask>handling(ask -> ask.replyTo().send(ask.value())).named(name).start();

        assertThat(failed)
                .isInstanceOf(CallException.TimedOut.class)
                .hasMessageContaining("vacant until its process is started again; 2 held");
        assertThat(get(reply)).isEqualTo(6);
    }

    @Test
    void aProcessMayCallItselfAndReadItsMailboxMeanwhile() {
        Subject<Ask> own = Subject.create();

        CompletableFuture<Integer> reply = own.callAsync(SOON, ask(8));
        Ask asked = expect(own);
        asked.replyTo().send(asked.value());

        assertThat(get(reply)).isEqualTo(8);
    }

    @Test
    void aThreadThatIsNoProcessNeedsNoThreadEither() {
        Subject<Ask> callee = callee();

        int reply = outside(() -> get(callee.callAsync(SOON, ask(2))));

        assertThat(reply).isEqualTo(2);
        eventually("nothing left", () -> ProcessRuntime.current().timerCount() == 0);
        Processes.kill(callee.owner());
    }

    @Test
    void aNegativeTimeLimitIsRefused() {
        Subject<Ask> own = Subject.create();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> own.callAsync(Duration.ofMillis(-1), ask(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> own.tryCall(Duration.ofMillis(-1), ask(1)));
    }

    @Test
    void aStandInNeedsOnlyCall() {
        Subject<Ask> standIn = new Answering();

        assertThat(standIn.tryCall(SOON, ask(1)).orElseThrow()).isEqualTo(42);
        assertThat(get(standIn.callAsync(SOON, ask(1)))).isEqualTo(42);
    }

    private static final class Answering extends StandIn<Ask> {
        @Override
        @SuppressWarnings("unchecked") // knows its requests
        public <R> R call(Duration timeout, Function<? super ReplyTo<R>, ? extends Ask> request) {
            return (R) (Object) 42;
        }
    }
}

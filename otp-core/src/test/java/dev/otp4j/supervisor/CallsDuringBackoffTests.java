/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.CallException;
import dev.otp4j.process.CallResult;
import dev.otp4j.process.Name;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of messages and calls for a child that waits for its restart. */
class CallsDuringBackoffTests extends SupervisorTestCase {
    private static final Duration DELAY = Duration.ofSeconds(4);
    private static final Backoff BACKOFF = Backoff.fixed(DELAY).jitter(0);

    /** What an echo is sent. */
    private sealed interface Message {
        record Note(int number) implements Message {}

        record Ask(Subject<List<Integer>> replyTo) implements Message {}
    }

    private final Name<Message> name = Name.create("echo", Vacancy.holding(100));

    private ChildSpecification<?> echo(Name<Message> own, Backoff backoff) {
        return ChildSpecification.worker("echo", () -> actor().named(own).start()).backoff(backoff);
    }

    private static ActorBuilder<List<Integer>, Message, Subject<Message>> actor() {
        return Actor.startingWith(List::<Integer>of).onMessage(CallsDuringBackoffTests::handle);
    }

    private static Next<List<Integer>, Message> handle(List<Integer> notes, Message message) {
        return switch (message) {
            case Message.Note(int number) -> {
                var more = new ArrayList<>(notes);
                more.add(number);
                yield Next.continueWith(List.copyOf(more));
            }
            case Message.Ask(var replyTo) -> {
                replyTo.send(notes);
                yield Next.continueWith(notes);
            }
        };
    }

    /** A tree whose child has been killed a quarter of the delay ago. */
    private StaticSupervisor waiting(Name<Message> own, Backoff backoff) {
        StaticSupervisor tree =
                patient(Strategy.ONE_FOR_ONE).add(echo(own, backoff)).start().data();
        Processes.kill(own.subject().owner());
        Processes.sleep(DELAY.dividedBy(4));
        return tree;
    }

    private List<Integer> ask(Duration limit) {
        return name.subject().call(limit, Message.Ask::new);
    }

    @Test
    @Rule("BO-12")
    void sendsAndCallsWaitInOrderForTheRestart() {
        simulated(
                () -> {
                    waiting(name, BACKOFF);
                    for (int i = 0; i < 10; i++) name.subject().send(new Message.Note(i));

                    assertThat(VirtualTime.of(() -> assertThat(ask(DELAY)).hasSize(10).isSorted()))
                            .isEqualTo(DELAY.multipliedBy(3).dividedBy(4));
                });
    }

    @Test
    @Rule("BO-12")
    void aCallWhoseTimeIsOverBeforeTheRestartSaysWhenThatIsDue() {
        simulated(
                () -> {
                    waiting(name, BACKOFF);

                    assertThatExceptionOfType(CallException.TimedOut.class)
                            .isThrownBy(() -> ask(DELAY.dividedBy(4)))
                            .withMessageContaining(
                                    "vacant until its process is started again in PT2S, attempt"
                                            + " 1");
                });
    }

    @Test
    @Rule("BO-12")
    void callsFailAtOnceIfTheyAreToFailFastAndSendsWait() {
        simulated(
                () -> {
                    waiting(name, BACKOFF.callsFailFast(true));
                    name.subject().send(new Message.Note(1));

                    assertThat(VirtualTime.of(this::expectRefusal)).isZero();
                    assertThat(name.subject().<List<Integer>>tryCall(SOON, Message.Ask::new))
                            .isInstanceOfSatisfying(
                                    CallResult.Failed.class,
                                    failed ->
                                            assertThat(failed.failure())
                                                    .isInstanceOf(CallException.Restarting.class));
                    CompletableFuture<List<Integer>> later =
                            name.subject().callAsync(SOON, Message.Ask::new);
                    assertThat(later)
                            .isCompletedExceptionally()
                            .failsWithin(Duration.ZERO)
                            .withThrowableThat()
                            .withCauseInstanceOf(CallException.Restarting.class);
                    assertThat(name.heldCount()).isEqualTo(1);

                    Processes.sleep(DELAY);
                    assertThat(ask(SOON)).containsExactly(1);
                });
    }

    private void expectRefusal() {
        assertThatExceptionOfType(CallException.Restarting.class)
                .isThrownBy(() -> ask(SOON))
                .withMessage(name + " has no process now: it is restarted in PT3S, attempt 1")
                .satisfies(
                        refusal -> {
                            assertThat(refusal.dueIn()).isEqualTo(Duration.ofSeconds(3));
                            assertThat(refusal.attempt()).isEqualTo(1);
                        });
    }

    @Test
    @Rule("BO-12")
    void callsThatAreHeldAlreadyFailWhenTheWaitBegins() {
        simulated(
                () -> {
                    Name<Message> held = Name.create("held", Vacancy.holding(100));
                    Started<StaticSupervisor> tree =
                            patient(Strategy.ONE_FOR_ONE)
                                    .add(echo(held, BACKOFF.callsFailFast(true)))
                                    .start();
                    Pid victim = held.subject().owner();
                    Sys.suspend(tree.pid()); // it does not see the end
                    Processes.kill(victim);
                    held.subject().send(new Message.Note(7));
                    CompletableFuture<List<Integer>> call =
                            held.subject().callAsync(DELAY.multipliedBy(2), Message.Ask::new);
                    assertThat(held.heldCount()).isEqualTo(2);

                    Sys.resume(tree.pid());

                    Processes.sleep(Duration.ofMillis(1));
                    assertThat(held.heldCount()).isEqualTo(1);
                    assertThat(call)
                            .failsWithin(SOON)
                            .withThrowableThat()
                            .withCauseInstanceOf(CallException.Restarting.class);
                    Processes.sleep(DELAY);
                    assertThat(held.subject().<List<Integer>>call(SOON, Message.Ask::new))
                            .containsExactly(7);
                });
    }

    @Test
    @Rule("BO-12")
    void aCallAfterTheNextFailureIsHeldUntilTheSupervisorHasSeenThat() {
        simulated(
                () -> {
                    StaticSupervisor tree = waiting(name, BACKOFF.callsFailFast(true));
                    Processes.sleep(DELAY);
                    Sys.suspend(tree.pid()); // it does not see the next end
                    Processes.kill(name.subject().owner());

                    CompletableFuture<List<Integer>> call =
                            name.subject().callAsync(SOON, Message.Ask::new);

                    assertThat(call).isNotDone();
                    assertThat(name.heldCount()).isEqualTo(1);
                    Sys.resume(tree.pid());
                    Processes.sleep(Duration.ofMillis(1));
                    assertThat(call).isCompletedExceptionally();
                    assertThat(name.heldCount()).isZero();
                });
    }

    @Test
    @Rule("BO-12")
    void aNameThatHoldsNothingSaysWhenTheRestartIsDueToo() {
        simulated(
                () -> {
                    Name<Message> plain = Name.create("plain");
                    waiting(plain, BACKOFF.callsFailFast(true));

                    assertThatExceptionOfType(CallException.Restarting.class)
                            .isThrownBy(() -> plain.subject().call(SOON, Message.Ask::new));
                    assertThatExceptionOfType(NotRegisteredException.class)
                            .isThrownBy(() -> plain.subject().send(new Message.Note(1)));
                });
    }

    @Test
    @Rule({"BO-12", "BO-07"})
    void aNameWhoseRestartIsCalledOffFailsCallsAsUsual() {
        simulated(
                () -> {
                    StaticSupervisor tree = waiting(name, BACKOFF.callsFailFast(true));

                    tree.terminateChild("echo");

                    assertThatExceptionOfType(CallException.NotRegistered.class)
                            .isThrownBy(() -> ask(SOON))
                            .withMessageContaining("will not be started again");
                });
    }

    @Test
    @Rule("BO-12")
    void callsToSiblingsThatWaitFollowTheirOwnSetting() {
        simulated(
                () -> {
                    Name<Message> patient = Name.create("patient", Vacancy.holding(10));
                    patient(Strategy.ONE_FOR_ALL)
                            .add(echo(name, BACKOFF.callsFailFast(true)))
                            .add(echo(patient, BACKOFF).withId("patient"))
                            .start();
                    Processes.kill(patient.subject().owner());
                    Processes.sleep(DELAY.dividedBy(4));

                    expectRefusal();
                    assertThat(
                                    VirtualTime.of(
                                            () ->
                                                    patient.subject()
                                                            .<List<Integer>>call(
                                                                    DELAY, Message.Ask::new)))
                            .isEqualTo(DELAY.multipliedBy(3).dividedBy(4));
                    assertThat(ask(SOON)).isEmpty();
                    assertThat(ProcessRuntime.current().timerCount()).isZero();
                });
    }
}

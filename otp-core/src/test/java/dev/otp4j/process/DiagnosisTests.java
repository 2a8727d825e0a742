/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.quiet;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a call that timed out, and a tool, can tell of a process. */
@OtpTest
class DiagnosisTests {
    private static final Duration MOMENT = Duration.ofMillis(100);

    sealed interface Order {
        record Block() implements Order {}

        record Ignore(Subject<Integer> replyTo) implements Order {}

        record Relay(Subject<Order> to, Duration timeout) implements Order {}

        record Reply(Subject<Integer> replyTo) implements Order {}
    }

    private final CountDownLatch blocked = new CountDownLatch(1);

    private Subject<Order> worker() {
        return Actor.startingWith(() -> 0).onMessage(this::onMessage).start().data();
    }

    private Next<Integer, Order> onMessage(Integer state, Order order) {
        switch (order) {
            case Order.Block block -> stubbornly(blocked);
            case Order.Ignore ignored -> {}
            case Order.Relay(Subject<Order> to, Duration timeout) -> {
                CallResult<Integer> unused = to.tryCall(timeout, Order.Ignore::new);
            }
            case Order.Reply(Subject<Integer> to) -> to.send(1);
        }
        return Next.continueWith(state);
    }

    private static <R> String whyLate(Subject<Order> callee, Function<Subject<R>, Order> request) {
        return switch (callee.tryCall(MOMENT, request)) {
            case CallResult.Failed<R>(CallException.TimedOut late) ->
                    Objects.requireNonNull(late.getMessage());
            case CallResult<R> other -> throw new AssertionError("not late: " + other);
        };
    }

    private static void handles(Subject<Order> worker, Class<?> type) {
        eventually(
                worker + " handles " + type,
                () -> {
                    ProcessInfo.Handling now = ProcessInfo.of(worker.owner()).handling();
                    return now != null && now.messageType() == type;
                });
    }

    @Test
    @Rule("C-02")
    void namesTheMessageBeingHandledAndThePlaceInTheQueue() {
        Subject<Order> worker = worker();
        worker.send(new Order.Block());
        handles(worker, Order.Block.class);
        worker.send(new Order.Block());
        worker.send(new Order.Block());

        String why = whyLate(worker, Order.Reply::new);

        assertThat(why)
                .contains("did not reply within PT0.1S")
                .contains("it is handling DiagnosisTests$Order$Block, for at least PT")
                .endsWith("; the request is queued behind 2 messages");
        blocked.countDown();
    }

    @Test
    void saysThatTheRequestItselfIsBeingHandled() {
        Subject<Subject<Integer>> worker =
                Actors.<Subject<Integer>>handling(
                                to -> {
                                    stubbornly(blocked);
                                })
                        .start()
                        .data();

        CallResult<Integer> result = worker.tryCall(MOMENT, (Subject<Integer> to) -> to);

        assertThat(result.toString())
                .contains("it is handling this request, ReplySubject, for at least PT");
        blocked.countDown();
    }

    @Test
    void saysThatTheRequestWasTakenAndNotAnswered() {
        Subject<Order> worker = worker();

        assertThat(whyLate(worker, Order.Ignore::new))
                .endsWith("it is idle; nothing is queued, so it has taken the request");
    }

    @Test
    void namesARawProcessThatWaitsForSomethingElse() {
        Subject<Subject<Order>> doors = Subject.create();
        Pid raw =
                Processes.spawn(
                        () -> {
                            doors.send(Subject.create());
                            Subject.create().receiveForever();
                        });
        Subject<Order> door = expect(doors);
        quiet(raw);

        assertThat(whyLate(door, Order.Reply::new))
                .endsWith("it waits in a receive; 1 message is queued");
    }

    @Test
    void saysThatTheSuccessorIsStarting() {
        Name<Order> name = Name.create("slow", Vacancy.holding(10));
        Pid starter =
                Processes.spawnUnlinked(
                        () ->
                                Actor.startingWith(
                                                () -> {
                                                    stubbornly(blocked);
                                                    return 0;
                                                })
                                        .onMessage(this::onMessage)
                                        .named(name)
                                        .start());
        eventually("name taken", () -> name.pid().isPresent());

        assertThat(whyLate(name.subject(), Order.Reply::new))
                .contains("the initialiser of its new process")
                .endsWith("is running; 1 held for it");
        blocked.countDown();
        Processes.kill(starter);
    }

    @Test
    void namesTheProcessThatTheCalleeWaitsFor() {
        Subject<Order> last = worker();
        Subject<Order> middle = worker();
        Subject<Order> first = worker();
        last.send(new Order.Block());
        handles(last, Order.Block.class);
        middle.send(new Order.Relay(last, SOON));
        first.send(new Order.Relay(middle, SOON));
        eventually(
                "the chain",
                () ->
                        last.owner().equals(ProcessInfo.of(middle.owner()).awaits())
                                && middle.owner().equals(ProcessInfo.of(first.owner()).awaits()));

        assertThat(whyLate(first, Order.Reply::new))
                .contains("it is handling DiagnosisTests$Order$Relay")
                .contains(
                        "and waits for a reply from %s, which waits for a reply from %s, which is"
                                        .formatted(middle.owner(), last.owner())
                                + " handling DiagnosisTests$Order$Block")
                .doesNotContain("circle")
                .endsWith("; the request is the next in the mailbox");
        blocked.countDown();
    }

    @Test
    @Rule("TR-16")
    void namesTheCircleThatTheCallClosed() {
        Subject<Order> own = Subject.create();
        Subject<Order> middle = worker();
        Subject<Order> first = worker();
        middle.send(new Order.Relay(own, SOON));
        first.send(new Order.Relay(middle, SOON));
        eventually(
                "the chain",
                () ->
                        Processes.self().equals(ProcessInfo.of(middle.owner()).awaits())
                                && middle.owner().equals(ProcessInfo.of(first.owner()).awaits()));

        assertThat(whyLate(first, Order.Reply::new))
                .contains(
                        "and waits for a reply from %s, which waits for a reply from %s, which makes this"
                                .formatted(middle.owner(), Processes.self()))
                .contains(": a circle");
    }

    /** The one that is asked hands the request on and asks back: no circle, though it looks so. */
    @Test
    void aCalleeThatForwardsARequestMayCallItsSender() {
        record Question(Subject<Integer> replyTo) {}
        record Forwarded(Subject<Integer> replyTo) {}
        Name<Object> asker = Name.create("asker");
        Subject<Integer> heard = Subject.create();
        Subject<Forwarded> helper =
                Actors.<Forwarded>handling(
                                forwarded -> {
                                    forwarded.replyTo().send(5);
                                })
                        .start()
                        .data();
        Subject<Question> asked =
                Actors.<Question>handling(
                                question -> {
                                    helper.send(new Forwarded(question.replyTo()));
                                    heard.send(asker.subject().<Integer>call(SOON, Question::new));
                                })
                        .start()
                        .data();
        Actors.<Object>handling(
                        message -> {
                            if (message instanceof Question(Subject<Integer> to)) to.send(6);
                            else heard.send(asked.<Integer>call(SOON, Question::new));
                        })
                .named(asker)
                .start();

        asker.subject().send("begin");

        assertThat(expect(heard) + expect(heard)).isEqualTo(11);
    }

    @Test
    void anIdleProcessHandlesNothing() {
        Subject<Order> worker = worker();
        int one = worker.call(SOON, Order.Reply::new);
        quiet(worker.owner());

        ProcessInfo info = ProcessInfo.of(worker.owner());

        assertThat(one).isOne();
        assertThat(info.handling()).isNull();
        assertThat(info.awaits()).isNull();
    }

    @Test
    void theTimeOfALaterMessageOfARunCountsFromTheFirstLook() {
        var gate = new CountDownLatch(1);
        Subject<Runnable> runner = Actors.running().start().data();
        runner.send(() -> stubbornly(gate));
        runner.send(() -> stubbornly(blocked));
        long start = System.nanoTime();
        gate.countDown();
        eventually("second", () -> ProcessInfo.mailboxSize(runner.owner()) == 0);

        eventually(
                "a while",
                () -> {
                    ProcessInfo.Handling now = ProcessInfo.of(runner.owner()).handling();
                    return now != null && now.busyFor().compareTo(Duration.ofMillis(5)) > 0;
                });

        Duration busy = Objects.requireNonNull(ProcessInfo.of(runner.owner()).handling()).busyFor();
        assertThat(busy).isLessThan(Duration.ofNanos(System.nanoTime() - start));
        blocked.countDown();
    }
}

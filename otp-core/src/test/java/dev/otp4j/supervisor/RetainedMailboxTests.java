/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.quiet;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Init;
import dev.otp4j.actor.Initialized;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.DropReason;
import dev.otp4j.process.DroppedMessage;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.Name;
import dev.otp4j.process.ParkedMessage;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the next process of a name gets of what its predecessor has not handled. */
class RetainedMailboxTests extends SupervisorTestCase {
    private sealed interface Message {
        record Note(int number) implements Message {}

        /** Its handler fails. */
        record Poison(int number) implements Message {}

        /** Its handler hangs until the gate is opened. */
        record Hang(int number) implements Message {}

        record Ask(Subject<Integer> replyTo) implements Message {}

        /** Its handler takes a note by a selective receive, and hangs. */
        record Receive() implements Message {}

        /** Its handler waits for a message of another subject. */
        record ReceiveOther() implements Message {}
    }

    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken() {
            super("secret");
        }
    }

    private final Name<Message> name = Name.create("clerk", Vacancy.holding(3));
    private final List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile CountDownLatch hanging = new CountDownLatch(1);

    @AfterEach
    void openGate() {
        gate.countDown();
    }

    private ActorBuilder<Integer, Message, Subject<Message>> clerk() {
        return Actor.startingWith(() -> 0).onMessage(this::handle);
    }

    private Next<Integer, Message> handle(Integer state, Message message) {
        switch (message) {
            case Message.Note(int number) -> seen.add(number);
            case Message.Poison(int number) -> {
                seen.add(number);
                throw new Broken();
            }
            case Message.Hang(int number) -> {
                seen.add(number);
                hang();
            }
            case Message.Ask(var replyTo) -> replyTo.send(seen.size());
            case Message.Receive() -> {
                Selector<Message> notes = Selector.<Message>create().select(name.subject());
                seen.add(notes.receiveForever() instanceof Message.Note(int n) ? -n : 0);
                hang();
            }
            case Message.ReceiveOther() -> {
                Subject<Integer> other = Subject.create();
                seen.add(other.receiveForever());
            }
        }
        return Next.continueWith(state);
    }

    private void hang() {
        hanging.countDown();
        stubbornly(gate);
    }

    private StaticSupervisor tree(
            MailboxRetention retention,
            Function<
                            ActorBuilder<Integer, Message, Subject<Message>>,
                            ActorBuilder<Integer, Message, Subject<Message>>>
                    more) {
        return tree(Strategy.ONE_FOR_ONE, retention, more);
    }

    private StaticSupervisor tree(
            Strategy strategy,
            MailboxRetention retention,
            Function<
                            ActorBuilder<Integer, Message, Subject<Message>>,
                            ActorBuilder<Integer, Message, Subject<Message>>>
                    more) {
        var worker =
                ChildSpecification.worker(
                                "clerk",
                                () -> more.apply(clerk()).named(name).retained(retention).start())
                        .shutdown(new Shutdown.BrutalKill());
        var sibling =
                ChildSpecification.worker(
                        "sibling",
                        () -> Actor.startingWith(() -> 0).onMessage(this::handle).start());
        return patient(strategy).add(sibling).add(worker).start().data();
    }

    private StaticSupervisor tree(MailboxRetention retention) {
        return tree(retention, actor -> actor);
    }

    private void sendNotes(int from, int to) {
        for (int i = from; i <= to; i++) name.subject().send(new Message.Note(i));
    }

    /** The clerk hangs in a message, and has taken others from its mailbox. */
    private Pid hangingClerk(Message message) {
        Pid clerk = name.subject().owner();
        hanging = new CountDownLatch(1);
        name.subject().send(message);
        await(hanging);
        return clerk;
    }

    private void expectSeen(Integer... numbers) {
        eventually("seen: " + List.of(numbers), () -> seen.size() >= numbers.length && isQuiet());
        assertThat(seen).containsExactly(numbers);
    }

    private boolean isQuiet() {
        Pid clerk = name.pid().orElse(null);
        return clerk != null
                && name.heldCount() == 0
                && ProcessInfo.of(clerk).state() == ProcessInfo.State.IDLE;
    }

    private static long dropped(DropReason reason) {
        return ProcessRuntime.current().deadLetters(reason);
    }

    private static List<ParkedMessage> parked(int expected) {
        ProcessRuntime runtime = ProcessRuntime.current();
        eventually("parked: " + expected, () -> runtime.parkedCount() >= expected);
        return runtime.parkedMessages();
    }

    @Test
    @Rule({"RM-01", "RM-02", "RM-04"})
    void theNextGetsWhatAHangingProcessHasTakenAndWhatCameSince() {
        tree(MailboxRetention.dropping());
        Pid clerk = hangingClerk(new Message.Hang(0));
        sendNotes(1, 1_000);

        Processes.kill(clerk);

        sendNotes(1_001, 1_003); // the name holds 3
        expectSeen(IntStream.rangeClosed(0, 1_003).boxed().toArray(Integer[]::new));
        eventually("in hand", () -> dropped(DropReason.IN_HAND) == 1);
        assertThat(ProcessRuntime.current().deadLetters()).isEqualTo(1);
        assertThat(ProcessRuntime.current().retainedMessages()).isEqualTo(1_000);
    }

    @Test
    @Rule("RM-02")
    void codeThatRunsOnInAKilledProcessTakesNoMessageAnyMore() {
        tree(MailboxRetention.dropping());
        Pid clerk = hangingClerk(new Message.Hang(0));
        sendNotes(1, 3);
        Processes.kill(clerk);
        expectSeen(0, 1, 2, 3);

        gate.countDown();

        eventually("returned", () -> ProcessRuntime.current().zombies().isEmpty());
        assertThat(seen).containsExactly(0, 1, 2, 3);
    }

    @Test
    @Rule({"RM-04", "RM-01"})
    void aCrashDropsTheMessageInHandAndNoOther() {
        tree(MailboxRetention.dropping());
        Pid clerk = name.subject().owner();
        Sys.suspend(clerk);
        name.subject().send(new Message.Poison(1));
        sendNotes(2, 4);
        Sys.resume(clerk);

        expectSeen(1, 2, 3, 4);
        eventually("in hand", () -> dropped(DropReason.IN_HAND) == 1);
        List<DroppedMessage> last = ProcessRuntime.current().lastDeadLetters();
        assertThat(last).hasSize(1);
        assertThat(last.getFirst().type()).isEqualTo(Message.Poison.class.getName());
        assertThat(last.getFirst().receiver()).isEqualTo(clerk);
    }

    @Test
    @Rule("RM-04")
    void aMessageWhoseHandlerHasStoppedTheProcessIsNotInHand() {
        Name<String> own = Name.create("stopping", Vacancy.holding(10));
        var words = Collections.synchronizedList(new ArrayList<String>());
        Actor.Handler<Integer, String> handler =
                (state, message) -> {
                    words.add(message);
                    return message.equals("stop") ? Next.stop() : Next.continueWith(state);
                };
        ChildSpecification<?> child =
                ChildSpecification.worker(
                        "stopping",
                        () ->
                                Actor.startingWith(() -> 0)
                                        .onMessage(handler)
                                        .named(own)
                                        .retained(MailboxRetention.retrying(5))
                                        .start());
        patient(Strategy.ONE_FOR_ONE).add(child).start();
        Pid first = own.subject().owner();
        Sys.suspend(first);
        for (String word : List.of("a", "stop", "b")) own.subject().send(word);
        Sys.resume(first);

        eventually("seen: " + words, () -> words.size() == 3);
        quiet(own.subject().owner());
        assertThat(words).containsExactly("a", "stop", "b");
        assertThat(ProcessRuntime.current().deadLetters()).isZero();
    }

    @Test
    @Rule("RM-05")
    void aMessageInHandIsRetriedBeforeAllOthers() {
        tree(MailboxRetention.retrying(3));
        Pid clerk = hangingClerk(new Message.Hang(0));
        sendNotes(1, 2);

        Processes.kill(clerk);
        gate.countDown(); // not before: the first one would go on to other messages

        expectSeen(0, 0, 1, 2);
        assertThat(ProcessRuntime.current().deadLetters()).isZero();
    }

    @Test
    @Rule({"RM-05", "RM-06"})
    void whatFailsAgainAndAgainIsParkedAndTheOthersAreHandled() {
        tree(MailboxRetention.retrying(2));
        name.subject().send(new Message.Poison(7));
        sendNotes(8, 9);

        expectSeen(7, 7, 7, 8, 9);
        List<ParkedMessage> all = parked(1);
        assertThat(all).hasSize(1);
        ParkedMessage only = all.getFirst();
        assertThat(only.type()).isEqualTo(Message.Poison.class.getName());
        assertThat(only.name()).isEqualTo(name.toString());
        assertThat(only.attempts()).isEqualTo(3);
        assertThat(only.cause()).isEqualTo(Broken.class.getName());
        assertThat(only.toString()).doesNotContain("secret");
        assertThat(ProcessRuntime.current().deadLetters()).isZero();
    }

    @Test
    @Rule("RM-06")
    void parkedMessagesAreReplayedUpToACapAndDiscarded() {
        tree(MailboxRetention.retrying(1));
        for (int i = 1; i <= 3; i++) name.subject().send(new Message.Poison(i));
        expectSeen(1, 1, 2, 2, 3, 3);
        parked(3);
        ProcessRuntime runtime = ProcessRuntime.current();

        assertThat(runtime.replayParked("another", 10)).isZero();
        assertThat(runtime.replayParked(name.toString(), 2)).isEqualTo(2);

        expectSeen(1, 1, 2, 2, 3, 3, 1, 1, 2, 2);
        assertThat(parked(3)).extracting(ParkedMessage::number).containsExactly(3L, 4L, 5L);
        assertThat(runtime.discardParked(name.toString(), 2)).isEqualTo(2);
        assertThat(runtime.parkedMessages()).extracting(ParkedMessage::number).containsExactly(5L);
        assertThat(dropped(DropReason.PARKED)).isEqualTo(2);
    }

    @Test
    @Rule("RM-06")
    void whatCannotBeReplayedStaysParked() {
        StaticSupervisor tree = tree(MailboxRetention.retrying(1));
        for (int i = 1; i <= 2; i++) name.subject().send(new Message.Poison(i));
        parked(2);
        tree.terminateChild("clerk");
        ProcessRuntime runtime = ProcessRuntime.current();

        assertThat(runtime.replayParked(name.toString(), 10)).isZero();

        assertThat(runtime.parkedMessages())
                .extracting(ParkedMessage::number)
                .containsExactly(1L, 2L);
        assertThat(runtime.deadLetters()).isZero();
    }

    @Test
    @Rule("RM-06")
    void theOldestIsDiscardedWhenTooManyAreParked() {
        tree(MailboxRetention.retrying(1).parking(2));
        Pid clerk = name.subject().owner();
        Sys.suspend(clerk); // all of them are queued before the first crash: the name holds only 3
        for (int i = 1; i <= 5; i++) name.subject().send(new Message.Poison(i));
        Sys.resume(clerk);
        expectSeen(1, 1, 2, 2, 3, 3, 4, 4, 5, 5);

        eventually("discarded", () -> dropped(DropReason.PARKED) == 3);
        assertThat(ProcessRuntime.current().parkedMessages())
                .extracting(ParkedMessage::number)
                .containsExactly(4L, 5L);
    }

    @Test
    @Rule("RM-07")
    void aCallInHandFailsAndQueuedCallsAreAnsweredByTheNext() {
        tree(MailboxRetention.retrying(3));
        Pid clerk = hangingClerk(new Message.Hang(0));
        var waiting = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 20; i++) waiting.add(name.subject().callAsync(SOON, Message.Ask::new));
        var blocked = new CompletableFuture<Integer>();
        Subject<Message> subject = name.subject();
        Thread.ofVirtual().start(() -> blocked.complete(subject.call(SOON, Message.Ask::new)));

        Processes.kill(clerk);
        gate.countDown(); // not before: the first one would have a call in hand

        for (CompletableFuture<Integer> call : waiting) assertThat(get(call)).isPositive();
        assertThat(get(blocked)).isPositive();
    }

    @Test
    @Rule("RM-07")
    void aCallInHandIsNotRetried() {
        Name<Subject<String>> own = Name.create("deadly", Vacancy.holding(10));
        var lives = Collections.synchronizedList(new ArrayList<Subject<String>>());
        Actor.Handler<Integer, Subject<String>> handler =
                (state, request) -> {
                    lives.add(request);
                    throw new Broken();
                };
        ChildSpecification<?> child =
                ChildSpecification.worker(
                        "deadly",
                        () ->
                                Actor.startingWith(() -> 0)
                                        .onMessage(handler)
                                        .named(own)
                                        .retained(MailboxRetention.retrying(5))
                                        .start());
        patient(Strategy.ONE_FOR_ONE).add(child).start();

        assertThatExceptionOfType(CallException.CalleeDown.class)
                .isThrownBy(() -> own.subject().<String>call(SOON, replyTo -> replyTo));

        eventually("in hand", () -> dropped(DropReason.IN_HAND) == 1);
        eventually("restarted", () -> own.pid().isPresent());
        quiet(own.subject().owner());
        assertThat(lives).hasSize(1);
        assertThat(ProcessRuntime.current().parkedMessages()).isEmpty();
    }

    @Test
    @Rule("RM-03")
    void messagesToOtherSubjectsEndWithTheProcess() {
        Name<String> own = Name.create("two-subjects", Vacancy.holding(10));
        var other = new CompletableFuture<Subject<String>>();
        var words = Collections.synchronizedList(new ArrayList<String>());
        Actor.Handler<Integer, String> handler =
                (state, message) -> {
                    words.add(message);
                    if (message.equals("hang")) hang();
                    return Next.continueWith(state);
                };
        ChildSpecification<?> child =
                ChildSpecification.worker(
                        "two-subjects",
                        () ->
                                Actor.withInitializer(
                                                SOON, (Init<String> init) -> state(init, other))
                                        .onMessage(handler)
                                        .named(own)
                                        .retained(MailboxRetention.dropping())
                                        .start());
        patient(Strategy.ONE_FOR_ONE).add(child).start();
        Pid first = own.subject().owner();
        own.subject().send("hang");
        await(hanging);
        get(other).send("other");
        own.subject().send("own");
        var timer = own.subject().sendEvery(Duration.ofMillis(1), "tick");
        eventually("a tick is queued", () -> ProcessInfo.mailboxSize(first) >= 3);
        timer.cancel();

        Processes.kill(first);

        eventually("seen: " + words, () -> words.contains("own"));
        quiet(own.subject().owner());
        assertThat(words).containsExactly("hang", "own");
        eventually("ended", () -> dropped(DropReason.DEAD) == 2);
    }

    private static Initialized<Integer, String, Subject<String>> state(
            Init<String> init, CompletableFuture<Subject<String>> other) {
        Subject<String> second = Subject.create();
        other.complete(second);
        return init.state(0)
                .selecting(Selector.<String>create().select(init.self()).select(second));
    }

    @Test
    @Rule("RM-08")
    void whatIsQueuedAtAFinalStopIsCountedInOneLine() {
        StaticSupervisor tree = tree(MailboxRetention.retrying(3));
        hangingClerk(new Message.Hang(0));
        sendNotes(1, 41);
        try (var lines = new LogLines(ProcessRuntime.class.getName())) {
            tree.terminateChild("clerk");

            eventually("counted", () -> dropped(DropReason.VACANT) == 42);
            eventually(
                    "said",
                    () ->
                            lines.matching(
                                                    "'"
                                                            + name
                                                            + "' dropped the 42 messages that it"
                                                            + " held")
                                            .size()
                                    == 1);
        }
        assertThat(ProcessRuntime.current().heldMessages()).isZero();
    }

    @Test
    @Rule("RM-08")
    void whatIsQueuedWhenTheNameHoldsNoMoreIsCountedInOneLine() {
        tree(MailboxRetention.dropping());
        Pid clerk = hangingClerk(new Message.Hang(0));
        sendNotes(1, 41);
        name.whileVacant(Vacancy.failing("closed for today"));
        try (var lines = new LogLines(ProcessRuntime.class.getName())) {
            Processes.kill(clerk);

            eventually("counted", () -> dropped(DropReason.VACANT) == 41);
            eventually(
                    "said",
                    () ->
                            lines.matching(
                                                    "'"
                                                            + name
                                                            + "' dropped the 41 messages that were"
                                                            + " queued at "
                                                            + clerk
                                                            + ": closed for today")
                                            .size()
                                    == 1);
        }
        eventually("restarted all the same", () -> name.pid().isPresent());
    }

    @ParameterizedTest
    @EnumSource(names = {"ONE_FOR_ALL", "REST_FOR_ONE"})
    @Rule({"RM-01", "RM-04"})
    void aSiblingThatIsStoppedAndRestartedLeavesItsMessagesToo(Strategy strategy) {
        StaticSupervisor tree = tree(strategy, MailboxRetention.dropping(), actor -> actor);
        hangingClerk(new Message.Hang(0));
        sendNotes(1, 5);

        Processes.kill(Objects.requireNonNull(pidOf(tree, "sibling")));

        expectSeen(0, 1, 2, 3, 4, 5);
    }

    @Test
    @Rule("RM-09")
    void whatIsLeftGetsInBeyondTheLimitsAndTakesNoPlaceOfSenders() {
        Duration delay = Duration.ofMillis(300);
        var worker =
                ChildSpecification.worker(
                                "clerk",
                                () ->
                                        clerk().named(name)
                                                .mailbox(MailboxLimit.rejecting(4))
                                                .retained(MailboxRetention.dropping())
                                                .start())
                        .backoff(Backoff.fixed(delay).jitter(0));
        patient(Strategy.ONE_FOR_ONE).add(worker).start();
        Pid clerk = hangingClerk(new Message.Hang(0));
        sendNotes(1, 4);
        assertThat(name.subject().trySend(new Message.Note(0))).isEqualTo(Subject.Sent.FULL);

        Processes.kill(clerk);

        // the name holds 3, and 4 that were left
        sendNotes(5, 7);
        assertThat(name.heldCount()).isEqualTo(7);
        assertThat(name.subject().trySend(new Message.Note(0))).isEqualTo(Subject.Sent.FULL);
        expectSeen(0, 1, 2, 3, 4, 5, 6, 7);
        sendNotes(8, 8);
        expectSeen(0, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    private void withBackoff(Backoff backoff) {
        var worker =
                ChildSpecification.worker(
                                "clerk",
                                () ->
                                        clerk().named(name)
                                                .retained(MailboxRetention.dropping())
                                                .start())
                        .backoff(backoff);
        patient(Strategy.ONE_FOR_ONE).add(worker).start();
    }

    @Test
    @Rule({"RM-01", "RM-12"})
    void whatIsLeftWaitsForADelayedRestartOnAVirtualClock() {
        simulated(
                () -> {
                    withBackoff(Backoff.fixed(Duration.ofSeconds(4)).jitter(0));
                    Pid clerk = name.subject().owner();
                    Sys.suspend(clerk);
                    sendNotes(1, 5);
                    Processes.kill(clerk);
                    sendNotes(6, 7);
                    Processes.sleep(Duration.ofSeconds(3));
                    assertThat(seen).isEmpty();
                    assertThat(name.heldCount()).isEqualTo(7);

                    Processes.sleep(Duration.ofSeconds(2));

                    assertThat(seen).containsExactly(1, 2, 3, 4, 5, 6, 7);
                });
    }

    @Test
    @Rule({"RM-07", "BO-12"})
    void callsThatWereLeftFailIfTheyAreNotToWaitForADelayedRestart() {
        withBackoff(Backoff.fixed(Duration.ofMillis(100)).jitter(0).callsFailFast(true));
        Pid clerk = hangingClerk(new Message.Hang(0));
        CompletableFuture<Integer> call = name.subject().callAsync(SOON, Message.Ask::new);
        sendNotes(1, 2);

        Processes.kill(clerk);

        assertThat(call)
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(CallException.Restarting.class);
        expectSeen(0, 1, 2);
    }

    @Test
    @Rule({"RM-01", "RM-02"})
    void aProcessThatNeedsPermitsLeavesItsMessagesToo() {
        tree(
                MailboxRetention.dropping(),
                actor -> actor.concurrency(ConcurrencyLimit.of("clerks", 2)).batches(1));
        hangingClerk(new Message.Hang(0)); // its code keeps a permit after the kill
        sendNotes(1, 9);

        Processes.kill(name.subject().owner());

        expectSeen(IntStream.rangeClosed(0, 9).boxed().toArray(Integer[]::new));
        eventually("in hand", () -> dropped(DropReason.IN_HAND) == 1);
        assertThat(ProcessRuntime.current().deadLetters()).isEqualTo(1);
    }

    @Test
    @Rule("RM-10")
    void aBatchInHandIsRetriedOneByOne() {
        var batches = Collections.synchronizedList(new ArrayList<List<Integer>>());
        Actor.BatchHandler<Integer, Message> handler =
                (state, messages) -> {
                    batches.add(messages.stream().map(RetainedMailboxTests::number).toList());
                    if (messages.getFirst() instanceof Message.Hang) hang();
                    for (Message message : messages) {
                        if (message instanceof Message.Poison) throw new Broken();
                    }
                    return Next.continueWith(state);
                };
        ChildSpecification<?> child =
                ChildSpecification.worker(
                        "clerk",
                        () ->
                                Actor.startingWith(() -> 0)
                                        .onMessages(3, handler)
                                        .named(name)
                                        .retained(MailboxRetention.retrying(1))
                                        .start());
        patient(Strategy.ONE_FOR_ONE).add(child).start();
        hangingClerk(new Message.Hang(0));
        sendNotes(1, 1);
        name.subject().send(new Message.Poison(2));
        sendNotes(3, 6);
        gate.countDown();

        eventually("handled: " + batches, () -> batches.contains(List.of(4, 5, 6)));
        assertThat(batches)
                .containsExactly(
                        List.of(0),
                        List.of(1, 2, 3),
                        List.of(1),
                        List.of(2),
                        List.of(3),
                        List.of(4, 5, 6));
        assertThat(parked(1)).hasSize(1);
    }

    private static int number(Message message) {
        return switch (message) {
            case Message.Note(int number) -> number;
            case Message.Poison(int number) -> number;
            case Message.Hang(int number) -> number;
            default -> throw new IllegalArgumentException(message.toString());
        };
    }

    @Test
    @Rule("RM-12")
    void aSuspendedProcessLeavesWhatItHasPutAside() {
        tree(MailboxRetention.dropping());
        Pid clerk = name.subject().owner();
        Sys.suspend(clerk);
        sendNotes(1, 3);
        quiet(clerk);

        Processes.kill(clerk);

        expectSeen(1, 2, 3);
        assertThat(ProcessRuntime.current().deadLetters()).isZero();
    }

    @Test
    @Rule({"RM-12", "RM-04"})
    void whatASelectiveReceiveHasTakenIsInHandAndTheRestIsLeft() {
        tree(MailboxRetention.dropping());
        Pid clerk = name.subject().owner();
        name.subject().send(new Message.Receive());
        sendNotes(1, 3);
        await(hanging);
        assertThat(seen).containsExactly(-1);

        Processes.kill(clerk);

        expectSeen(-1, 2, 3);
        eventually("in hand", () -> dropped(DropReason.IN_HAND) == 2);
    }

    @Test
    @Rule("RM-12")
    void whatASelectiveReceiveHasPutAsideIsLeft() {
        tree(MailboxRetention.dropping());
        Pid clerk = name.subject().owner();
        name.subject().send(new Message.ReceiveOther());
        sendNotes(1, 3);
        quiet(clerk);

        Processes.kill(clerk);

        expectSeen(1, 2, 3);
        eventually("in hand", () -> dropped(DropReason.IN_HAND) == 1);
    }

    @Test
    @Rule("RM-11")
    void contradictionsAreRefusedWithTheRemedy() {
        MailboxRetention retention = MailboxRetention.retrying(3);
        assertThatIllegalStateException()
                .isThrownBy(() -> clerk().retained(retention).start())
                .withMessage(
                        "a retained mailbox ('retry 3') needs a name, which keeps the messages for the next process: add named(name)");
        Name<Message> failing = Name.create("failing");
        assertThatIllegalStateException()
                .isThrownBy(() -> clerk().named(failing).retained(retention).start())
                .withMessage(
                        "a retained mailbox ('retry 3') needs a name that holds messages, but '%s' refuses them while it has no process: create it with Vacancy.holding(limit)"
                                .formatted(failing));
        var temporary =
                ChildSpecification.worker(
                                "clerk", () -> clerk().named(name).retained(retention).start())
                        .restart(Restart.TEMPORARY);
        ProcessRuntime runtime = ProcessRuntime.current();
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(
                        () ->
                                outside(
                                        () ->
                                                patient(Strategy.ONE_FOR_ONE)
                                                        .add(temporary)
                                                        .runtime(runtime)
                                                        .start()))
                .withMessageContaining(
                        "child 'clerk' is TEMPORARY and has a retained mailbox ('retry 3'), but its supervisor never starts it again: make it PERMANENT or TRANSIENT, or remove retained(...)");
        var factory =
                FactorySupervisor.workerChild(
                                (Name<Message> own) ->
                                        clerk().named(own).retained(retention).start())
                        .restart(Restart.TEMPORARY)
                        .start()
                        .data();
        assertThat(factory.tryStartChild(name))
                .asString()
                .contains("is TEMPORARY and has a retained mailbox")
                .contains("make it PERMANENT or TRANSIENT, or remove retained(...)");
        assertThat(name.pid()).isEmpty();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.Name;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Subject.Sent;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Actors that handle several messages at once. */
@Timeout(30)
class BatchTests {
    private final ProcessRuntime runtime = ProcessRuntime.builder().name("batches").build();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<List<Object>> batches = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        release.countDown();
        runtime.close();
    }

    /** The first message keeps the actor busy until it is released. */
    private Next<Integer, Object> note(Integer state, List<Object> messages) {
        if (messages.contains("wait")) {
            busy.countDown();
            Expect.awaitQuietly(release);
        } else {
            batches.add(List.copyOf(messages));
        }
        if (messages.contains("crash")) throw new IllegalStateException("crashed");
        return messages.contains("stop") ? Next.stop() : Next.continueWith(state);
    }

    private Subject<Object> busy(ActorBuilder<Integer, Object, Subject<Object>> actor) {
        Subject<Object> started = Actors.start(actor, runtime);
        outside(() -> started.send("wait"));
        await(busy);
        return started;
    }

    private Subject<Object> busy(int most) {
        return busy(Actor.startingWith(() -> 0).onMessages(most, this::note));
    }

    private static void send(Subject<Object> actor, int from, int to) {
        outside(() -> IntStream.rangeClosed(from, to).forEach(actor::send));
    }

    private void released(int messages) {
        release.countDown();
        eventually(
                messages + " are handled",
                () -> batches.stream().mapToInt(List::size).sum() == messages);
    }

    @Test
    @Rule("O-11")
    void whatIsQueuedComesTogetherUpToTheLargestBatch() {
        Subject<Object> actor = busy(4);
        send(actor, 1, 10);
        released(10);
        assertThat(batches)
                .isEqualTo(List.of(List.of(1, 2, 3, 4), List.of(5, 6, 7, 8), List.of(9, 10)));
    }

    @Test
    @Rule("O-11")
    void aSingleMessageDoesNotWaitForOthers() {
        Subject<Object> actor = busy(100);
        released(0);
        outside(() -> actor.send("alone"));
        released(1);
        assertThat(batches).isEqualTo(List.of(List.of("alone")));
    }

    @Test
    @Rule("O-12")
    void aSystemRequestEndsABatch() {
        Subject<Object> actor = busy(100);
        send(actor, 1, 2);
        var answered = new CompletableFuture<Integer>();
        Thread.ofVirtual()
                .start(() -> answered.complete(Sys.getState(actor.owner(), Integer.class)));
        eventually("the request is queued", () -> depth(actor) == 3);
        send(actor, 3, 4);
        released(4);
        assertThat(batches).isEqualTo(List.of(List.of(1, 2), List.of(3, 4)));
        assertThat(Expect.get(answered)).isZero();
    }

    private static int depth(Subject<?> actor) {
        return dev.otp4j.process.ProcessInfo.of(actor.owner()).mailboxSize();
    }

    @Test
    @Rule("O-12")
    void aMessageOfAnotherSubjectEndsABatchAndComesAlone() {
        var others = new CompletableFuture<Subject<Object>>();
        Subject<Object> actor = busy(InitializingActor.of(() -> new Selecting(others)).batches(10));
        send(actor, 1, 2);
        outside(() -> Expect.get(others).send("other"));
        send(actor, 3, 4);
        released(5);
        assertThat(batches).isEqualTo(List.of(List.of(1, 2), List.of("other"), List.of(3, 4)));
    }

    @Test
    @Rule("O-13")
    void aCrashLosesTheBatchInHandAndNothingElse() {
        Name<Object> name = Name.create(runtime, "crashing", Vacancy.holding(100));
        StaticSupervisor.Builder tree =
                StaticSupervisor.oneForOne()
                        .add(
                                ChildSpecification.worker(
                                        "crashing",
                                        Actor.startingWith(() -> 0)
                                                        .onMessages(2, this::note)
                                                        .named(name)
                                                ::start));
        Expect.outside(() -> tree.runtime(runtime).start());
        Subject<Object> actor = name.subject();
        outside(() -> actor.send("wait"));
        await(busy);
        outside(() -> List.of(1, "crash", 3, 4).forEach(actor::send));
        release.countDown();
        eventually("it has crashed", () -> !batches.isEmpty());
        eventually(
                "its successor takes messages",
                () -> {
                    outside(() -> actor.send("after"));
                    return batches.stream().anyMatch(batch -> batch.contains("after"));
                });
        assertThat(batches.getFirst()).isEqualTo(List.of(1, "crash"));
    }

    @Test
    void aStopEndsTheActorAfterTheBatch() {
        Subject<Object> actor = busy(3);
        outside(() -> List.of(1, "stop", 3, 4).forEach(actor::send));
        release.countDown();
        eventually("it has ended", () -> !Processes.isAlive(actor.owner()));
        assertThat(batches).isEqualTo(List.of(List.of(1, "stop", 3)));
        eventually("the rest is counted", () -> runtime.deadLetters() == 1); // after the end
    }

    @Test
    void anActorWithoutAHandlerForBatchesGetsThemOneByOne() {
        var seen = new ArrayList<Object>();
        StatefulActor<Object> fields =
                message -> {
                    if (message.equals("wait")) {
                        busy.countDown();
                        release.await();
                    } else {
                        seen.add(message);
                    }
                    return message.equals("stop")
                            ? StatefulActor.Step.stop()
                            : StatefulActor.Step.KEEP;
                };
        Subject<Object> actor = Actors.start(StatefulActor.of(() -> fields).batches(10), runtime);
        outside(() -> actor.send("wait"));
        await(busy);
        outside(() -> List.of(1, 2, "stop", 3).forEach(actor::send));
        release.countDown();
        eventually("it has ended", () -> !Processes.isAlive(actor.owner()));
        assertThat(seen).isEqualTo(List.of(1, 2, "stop"));
    }

    @Test
    @Rule("O-11")
    void aBatchLeavesTheRoomOfAllItsMessages() {
        Subject<Object> actor =
                busy(
                        Actor.startingWith(() -> 0)
                                .<Object>onMessages(10, this::note)
                                .mailbox(MailboxLimit.rejecting(5)));
        send(actor, 1, 5);
        assertThat(outside(() -> actor.trySend(6))).isEqualTo(Sent.FULL);
        released(5);
        send(actor, 7, 11);
        released(10);
    }

    @Test
    void refusesABatchOfNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Actors.running().batches(0))
                .withMessage("'most' must be positive: 0");
    }

    /** An actor that receives from two subjects. */
    private final class Selecting implements InitializingActor<Integer, Object, Subject<Object>> {
        private final CompletableFuture<Subject<Object>> others;

        Selecting(CompletableFuture<Subject<Object>> others) {
            this.others = others;
        }

        @Override
        public Initialized<Integer, Object, Subject<Object>> initialize(Init<Object> init) {
            Subject<Object> other = Subject.create();
            others.complete(other);
            return init.state(0)
                    .selecting(Selector.<Object>create().select(init.self()).select(other));
        }

        @Override
        public Next<Integer, Object> onMessage(Integer state, Object message) {
            return note(state, List.of(message));
        }

        @Override
        public Next<Integer, Object> onMessages(Integer state, List<Object> messages) {
            return note(state, messages);
        }
    }
}

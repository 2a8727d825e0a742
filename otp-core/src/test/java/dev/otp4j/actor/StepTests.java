/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StatefulActor.Step;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps that an actor runs before its next message. */
@Timeout(30)
class StepTests {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CompletableFuture<CrashReport> crash = new CompletableFuture<>();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final ProcessRuntime runtime =
            ProcessRuntime.builder()
                    .name("steps")
                    .listener(
                            new ProcessListener() {
                                @Override
                                public void processCrashed(CrashReport report) {
                                    crash.complete(report);
                                }
                            })
                    .build();

    @AfterEach
    void close() {
        release.countDown();
        runtime.close();
    }

    /** "steps n" asks for n steps, the last of which waits if the message says so. */
    private Next<Integer, String> note(Integer state, String message) {
        done.add(message + " " + state);
        if (message.equals("wait")) {
            busy.countDown();
            Expect.awaitQuietly(release);
        }
        return message.startsWith("steps") ? steps(state, 2) : Next.continueWith(state + 1);
    }

    private Next<Integer, String> steps(Integer state, int left) {
        if (left == 0) return Next.continueWith(state);
        return Next.continueThen(
                state + 10,
                now -> {
                    done.add("step " + now);
                    return steps(now, left - 1);
                });
    }

    private Subject<String> start(ActorBuilder<?, String, Subject<String>> actor) {
        return Actors.start(actor, runtime);
    }

    private static void send(Subject<String> actor, String... messages) {
        outside(() -> List.of(messages).forEach(actor::send));
    }

    private void handled(int count) {
        eventually(count + " are done: " + done, () -> done.size() == count);
    }

    @Test
    @Rule("NX-01")
    void stepsComeBeforeWhatIsQueuedAndSeeTheNewState() {
        Subject<String> actor = start(Actor.startingWith(() -> 0).onMessage(this::note));
        send(actor, "wait");
        await(busy);
        send(actor, "steps");
        var state = new CompletableFuture<Integer>();
        Thread.ofVirtual().start(() -> state.complete(Sys.getState(actor.owner(), Integer.class)));
        eventually("the request is queued", () -> queued(actor) == 2);
        send(actor, "next");
        release.countDown();

        handled(5);
        assertThat(done).containsExactly("wait 0", "steps 1", "step 11", "step 21", "next 21");
        assertThat(get(state)).isEqualTo(21);
    }

    private static int queued(Subject<?> actor) {
        return ProcessInfo.of(actor.owner()).mailboxSize();
    }

    @Test
    @Rule("NX-01")
    void aStepCanStopTheActor() {
        Subject<String> actor =
                start(
                        Actor.startingWith(() -> 0)
                                .onMessage(
                                        (state, message) ->
                                                Next.continueThen(state, now -> Next.stop())));
        send(actor, "end");
        assertThat(Expect.ended(actor.owner())).isEqualTo(ExitReason.NORMAL);
    }

    private final class Fields implements StatefulActor<String> {
        private int count;

        @Override
        public Step afterStart() {
            Expect.awaitQuietly(release);
            done.add("first step");
            return Step.then(this::second);
        }

        private Step second() {
            done.add("second step");
            return Step.KEEP;
        }

        @Override
        public Step handle(String message) {
            done.add(message);
            return message.equals("steps") ? Step.then(this::again) : Step.KEEP;
        }

        private Step again() {
            done.add("step " + ++count);
            return count == 3 ? Step.stop() : Step.then(this::again);
        }
    }

    @Test
    @Rule({"NX-01", "NX-02"})
    void anActorWithFieldsHasStepsToo() {
        Subject<String> actor = start(StatefulActor.of(Fields::new));
        assertThat(done).isEmpty(); // its start has returned
        send(actor, "message", "steps", "lost");
        release.countDown();

        assertThat(Expect.ended(actor.owner())).isEqualTo(ExitReason.NORMAL);
        assertThat(done)
                .containsExactly(
                        "first step",
                        "second step",
                        "message",
                        "steps",
                        "step 1",
                        "step 2",
                        "step 3");
    }

    @Test
    @Rule("NX-02")
    void anInitialiserOfItsOwnAsksForTheFirstStep() {
        Subject<String> actor =
                start(
                        Actor.<Integer, String>withInitializer(
                                        Expect.SOON,
                                        init ->
                                                init.state(5)
                                                        .continueThen(
                                                                state -> {
                                                                    Expect.awaitQuietly(release);
                                                                    return steps(state, 1);
                                                                }))
                                .onMessage(this::note));
        assertThat(done).isEmpty();
        send(actor, "first");
        release.countDown();

        handled(2);
        assertThat(done).containsExactly("step 15", "first 15");
    }

    @Test
    @Rule("NX-03")
    void aKillEndsAChainOfStepsThatNeverEnds() {
        var steps = new AtomicLong();
        var endless =
                new Actor.Continuation<Integer, String>() {
                    @Override
                    public Next<Integer, String> onContinue(Integer state) {
                        steps.incrementAndGet();
                        return Next.continueThen(state, this);
                    }
                };
        Subject<String> actor =
                start(
                        Actor.startingWith(() -> 0)
                                .onMessage((state, message) -> Next.continueThen(state, endless)));
        send(actor, "go");
        eventually("steps run", () -> steps.get() > 100);
        outside(() -> Processes.kill(actor.owner()));

        assertThat(Expect.ended(actor.owner())).isEqualTo(ExitReason.KILLED);
        eventually("its code has returned", () -> runtime.zombies().isEmpty());
        long atTheEnd = steps.get();
        outside(() -> start(Actors.idle())); // another start: time in which a step would run
        assertThat(steps).hasValue(atTheEnd);
    }

    @Test
    @Rule("NX-04")
    void theReportOfACrashSaysThatItWasAStepAfterAMessage() {
        Subject<String> actor =
                start(
                        Actor.startingWith(() -> 0)
                                .onMessage(
                                        (Integer state, String message) ->
                                                Next.continueThen(7, StepTests::crash))
                                .onTerminate((state, reason) -> done.add("ended with " + state)));
        send(actor, "go");

        CrashReport report = get(crash);
        assertThat(report.step()).isEqualTo("after-message");
        assertThat(report.messageType()).isEqualTo("java.lang.String");
        assertThat(report).asString().contains(" step=after-message ");
        assertThat(done).containsExactly("ended with 7");
    }

    @Test
    @Rule("NX-04")
    void theReportOfACrashSaysThatItWasTheStepAfterTheStart() {
        Subject<String> actor =
                start(
                        Actor.<Integer, String>withInitializer(
                                        Expect.SOON,
                                        init -> init.state(5).continueThen(StepTests::crash))
                                .onMessage(this::note));

        CrashReport report = get(crash);
        assertThat(report.process()).isEqualTo(actor.owner());
        assertThat(report.step()).isEqualTo("after-start");
        assertThat(report.lastMessage()).isNull();
    }

    @Test
    @Rule("NX-04")
    void aCrashAfterTheStepsOfAnEarlierMessageIsNoneOfAStep() {
        Subject<String> actor =
                start(
                        Actor.startingWith(() -> 0)
                                .onMessage(
                                        (state, message) -> {
                                            if (message.equals("crash")) return crash(state);
                                            return note(state, message);
                                        }));
        send(actor, "steps", "crash");
        assertThat(get(crash).step()).isNull();
    }

    private static Next<Integer, String> crash(Integer state) {
        throw new IllegalStateException("crashed with " + state);
    }

    private final class OneByOne implements Actor<Integer, String> {
        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            if (message.equals("crash")) return crash(state);
            return note(state, message);
        }
    }

    private Subject<String> busyWithBatches(ActorBuilder<?, String, Subject<String>> actor) {
        Subject<String> started = start(actor.batches(10));
        send(started, "wait");
        await(busy);
        return started;
    }

    @Test
    @Rule("NX-05")
    void stepsComeBeforeTheNextMessageOfABatch() {
        Subject<String> actor = busyWithBatches(Actor.of(OneByOne::new));
        send(actor, "steps", "a", "steps", "b");
        release.countDown();

        handled(9);
        assertThat(done)
                .containsExactly(
                        "wait 0",
                        "steps 1",
                        "step 11",
                        "step 21",
                        "a 21",
                        "steps 22",
                        "step 32",
                        "step 42",
                        "b 42");
    }

    @Test
    @Rule({"NX-05", "NX-04"})
    void aMessageOfABatchThatCrashesAfterStepsIsNoStep() {
        Subject<String> actor = busyWithBatches(Actor.of(OneByOne::new));
        send(actor, "steps", "crash");
        release.countDown();

        assertThat(get(crash).step()).isNull();
        assertThat(Expect.ended(actor.owner())).isInstanceOf(ExitReason.Abnormal.class);
    }

    @Test
    @Rule("NX-05")
    void aStepThatStopsAnActorWithFieldsEndsItsBatch() {
        release.countDown();
        var hold = new CountDownLatch(1);
        Subject<String> actor =
                start(
                        StatefulActor.of(
                                        () ->
                                                new StatefulActor<String>() {
                                                    private int count;

                                                    @Override
                                                    public Step handle(String message) {
                                                        if (message.equals("wait")) {
                                                            busy.countDown();
                                                            Expect.awaitQuietly(hold);
                                                        }
                                                        done.add(message);
                                                        return Step.then(this::count);
                                                    }

                                                    private Step count() {
                                                        done.add("step " + ++count);
                                                        return count == 3 ? Step.stop() : Step.KEEP;
                                                    }
                                                })
                                .batches(10));
        send(actor, "wait");
        await(busy);
        send(actor, "a", "b", "c");
        hold.countDown();

        assertThat(Expect.ended(actor.owner())).isEqualTo(ExitReason.NORMAL);
        assertThat(done).containsExactly("wait", "step 1", "a", "step 2", "b", "step 3");
    }
}

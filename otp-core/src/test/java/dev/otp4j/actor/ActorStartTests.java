/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.actor.Keeper.keeper;
import static dev.otp4j.actor.Keeper.seenBy;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The start of an actor, and how it can fail. */
@OtpTest
class ActorStartTests {
    @Test
    @Rule({"A-01", "A-02"})
    void returnsAfterTheInitialiserWithTheSubject() {
        var initialised = new AtomicBoolean();

        Started<Subject<Object>> started =
                Actor.<List<Object>>startingWith(
                                () -> {
                                    initialised.set(true);
                                    return List.of();
                                })
                        .onMessage(Keeper::keep)
                        .start();

        assertThat(initialised).isTrue();
        assertThat(started.data().owner()).isEqualTo(started.pid());
        assertThat(ProcessInfo.of(started.pid()).links()).contains(Processes.self());
        started.data().send("x");
        assertThat(seenBy(started.data())).isEqualTo(List.of("x"));
    }

    @Test
    @Rule("A-01")
    void returnsTheNamedSubjectOrWhatTheInitialiserSays() {
        Name<Object> name = Name.create("named");

        Subject<Object> data = keeper().named(name).start().data();
        String other =
                Actor.<Integer, Object, String>withInitializer(
                                SOON, init -> init.state(0).returning("data"))
                        .onMessage((Integer n, Object m) -> Next.continueWith(n))
                        .start()
                        .data();

        assertThat(data).isSameAs(name.subject());
        assertThat(other).isEqualTo("data");
    }

    @Test
    @Rule({"A-02", "A-04", "R-07"})
    void theNameResolvesInsideTheInitialiserAndEarlyMessagesAreKept() {
        Name<Object> name = Name.create("early");
        Pid[] resolved = new Pid[2];

        Subject<Object> actor =
                Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                SOON,
                                init -> {
                                    resolved[0] = name.pid().orElse(null);
                                    resolved[1] = Processes.self();
                                    init.self().send("first");
                                    outside(() -> name.subject().send("second"));
                                    return init.state(List.of());
                                })
                        .onMessage(Keeper::keep)
                        .named(name)
                        .start()
                        .data();
        actor.send("third");

        assertThat(resolved[0]).isNotNull().isEqualTo(resolved[1]);
        assertThat(seenBy(actor)).isEqualTo(List.of("first", "second", "third"));
    }

    @Test
    @Rule({"A-03", "F-05"})
    void aTakenNameFailsTheStartAndHarmsNobody() {
        Name<Object> name = Name.create("taken");
        Pid holder = keeper().named(name).start().pid();
        var initialised = new AtomicBoolean();

        StartResult<Subject<Object>> result =
                Actor.<List<Object>>startingWith(
                                () -> {
                                    initialised.set(true);
                                    return List.of();
                                })
                        .onMessage(Keeper::keep)
                        .named(name)
                        .tryStart();

        assertThat(result)
                .asInstanceOf(type(StartResult.Failed.class))
                .extracting(StartResult.Failed::error)
                .asInstanceOf(type(StartError.InitFailed.class))
                .extracting(StartError.InitFailed::message)
                .asString()
                .startsWith("name already registered");
        assertThat(initialised).isFalse();
        assertThat(name.pid().orElse(null)).isEqualTo(holder);
        assertThat(ProcessInfo.of(Processes.self()).links()).containsExactly(holder);
    }

    private ActorBuilder<Integer, Object, Subject<Object>> failing(
            Actor.Initializer<Integer, Object, Subject<Object>> init) {
        return Actor.withInitializer(Duration.ofSeconds(5), init)
                .onMessage((Integer n, Object m) -> Next.continueWith(n));
    }

    private @Nullable StartError errorOf(ActorBuilder<?, ?, ?> builder) {
        return builder.tryStart() instanceof StartResult.Failed<?>(var error) ? error : null;
    }

    /** Table 3.5, starter not trapping: what it survives. */
    @Test
    @Rule({"A-05", "A-06", "TR-05"})
    void anOrderlyFailureLeavesThePlainStarterAliveAndTheNameFree() {
        Name<Object> name = Name.create("retried");
        Pid[] last = new Pid[1];
        for (int i = 0; i < 1_000; i++) {
            StartError error =
                    errorOf(
                            failing(
                                            init -> {
                                                last[0] = Processes.self();
                                                throw init.fail("not today");
                                            })
                                    .named(name));

            assertThat(error).isEqualTo(new StartError.InitFailed("not today"));
            assertThat(Processes.isAlive(last[0])).isFalse();
            assertThat(name.pid().orElse(null)).isNull();
        }
        assertThat(ProcessInfo.of(last[0]).exitReason()).isEqualTo(ExitReason.NORMAL);
        assertThat(ProcessInfo.of(Processes.self()).links()).isEmpty();
    }

    @Test
    @Rule({"A-05", "A-06", "TR-05"})
    void aTrappingStarterHearsOfAFailureFromTheStartOnly() {
        Processes.trapExits(true);
        var boom = new IllegalStateException("boom");

        assertThat(
                        errorOf(
                                failing(
                                        init -> {
                                            throw init.fail("no");
                                        })))
                .isEqualTo(new StartError.InitFailed("no"));
        assertThat(
                        errorOf(
                                failing(
                                        init -> {
                                            throw boom;
                                        })))
                .isEqualTo(new StartError.InitExited(ExitReason.abnormal(boom)));

        assertThat(anythingComes()).isFalse();
    }

    @Test
    @Rule({"A-07", "TR-05"})
    void aCrashTerminatesThePlainStarter() {
        var boom = new IllegalStateException("boom");
        var returned = new AtomicBoolean();
        var go = new CountDownLatch(1);
        Pid starter =
                Processes.spawnUnlinked(
                        () -> {
                            stubbornly(go);
                            failing(
                                            init -> {
                                                throw boom;
                                            })
                                    .tryStart();
                            returned.set(true);
                        });
        Monitor monitor = Processes.monitor(starter);
        go.countDown();

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.abnormal(boom));
        assertThat(returned).isFalse();
    }

    @Test
    @Rule({"A-07", "A-06", "TR-05"})
    void aCrashIsAnErrorForATrappingStarterAndThePlainThread() {
        var boom = new IllegalStateException("boom");
        Name<Object> name = Name.create("crashing");
        ActorBuilder<?, ?, ?> crashing =
                failing(
                                init -> {
                                    throw boom;
                                })
                        .named(name);
        Processes.trapExits(true);

        for (int i = 0; i < 500; i++) {
            assertThat(errorOf(crashing))
                    .isEqualTo(new StartError.InitExited(ExitReason.abnormal(boom)));
            assertThat(name.pid().orElse(null)).isNull();
        }
        outside(
                () ->
                        assertThatExceptionOfType(StartException.class)
                                .isThrownBy(crashing::start)
                                .withCause(boom));
    }

    @Test
    @Rule({"A-08", "A-06", "TR-05", "K-05"})
    void aSlowInitialiserTimesOutAndItsLateResultIsVoid() {
        for (boolean trapping : new boolean[] {false, true}) {
            Processes.trapExits(trapping);
            Name<Object> name = Name.create("slow");
            var release = new CountDownLatch(1);
            var late = new CompletableFuture<Throwable>();
            Subject<Object> own = Subject.create();
            Pid[] child = new Pid[1];
            long start = System.nanoTime();

            StartError error =
                    errorOf(
                            failing(
                                            init -> {
                                                child[0] = Processes.self();
                                                stubbornly(release);
                                                try {
                                                    own.send("late");
                                                } catch (Throwable thrown) {
                                                    late.complete(thrown);
                                                }
                                                return init.state(0);
                                            })
                                    .initTimeout(Duration.ofMillis(50))
                                    .named(name));

            assertThat(error).isEqualTo(new StartError.InitTimeout(Duration.ofMillis(50)));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(50), Duration.ofMillis(800));
            assertThat(Processes.isAlive(child[0])).isFalse();
            assertThat(ProcessInfo.of(child[0]).exitReason()).isEqualTo(ExitReason.KILLED);
            assertThat(name.pid().orElse(null)).isNull();
            release.countDown();
            assertThat(get(late)).isInstanceOf(dev.otp4j.process.ProcessExit.class);
            assertThat(anythingComes()).isFalse();
        }
    }

    @Test
    @Rule({"A-07", "TR-05"})
    void aKillDuringTheInitialiserIsItsExit() {
        Processes.trapExits(true);
        var pids = new CompletableFuture<Pid>();
        var release = new CountDownLatch(1);
        Processes.spawn(() -> Processes.kill(get(pids)));

        StartError error =
                errorOf(
                        Actor.<Integer, Object, Subject<Object>>withInitializer(
                                        SOON,
                                        init -> {
                                            pids.complete(Processes.self());
                                            stubbornly(release);
                                            return init.state(0);
                                        })
                                .onMessage((Integer n, Object m) -> Next.continueWith(n)));

        release.countDown();
        assertThat(error).isEqualTo(new StartError.InitExited(ExitReason.KILLED));
    }
}

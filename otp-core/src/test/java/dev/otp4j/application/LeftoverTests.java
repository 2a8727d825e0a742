/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem.State;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessExit;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What runs in the runtime of a system beside its tree, when the tree ends. */
@Timeout(30)
class LeftoverTests {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CompletableFuture<Pid> left = new CompletableFuture<>();
    private volatile @Nullable Subject<Runnable> child;
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<String> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void release() {
        release.countDown();
    }

    private static StaticSupervisor.Builder giveUpAtOnce(ChildSpecification<?> child) {
        return StaticSupervisor.oneForOne().restartTolerance(0, HOUR).add(child);
    }

    /** A system with one child, which runs what it is sent. */
    private OtpSystem system() {
        return system(
                () -> {
                    Started<Subject<Runnable>> started = Actors.running().start();
                    child = started.data();
                    return started;
                });
    }

    private static OtpSystem system(Supplier<Started<Subject<Runnable>>> child) {
        return OtpSystem.builder("shop")
                .root(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .restartTolerance(0, HOUR)
                                        .add(ChildSpecification.worker("child", child::get)))
                .build();
    }

    private static Pid pid(OtpSystem system, String path) {
        return Objects.requireNonNull(system.find(path, 0, 0).orElseThrow().pid());
    }

    /** What an actor may start that is in no supervisor's book. */
    enum Kind {
        BODY_WITHOUT_LINK,
        LINKED_BODY_OF_ONE_WITHOUT,
        ACTOR_WITHOUT_LINK,
        IDLE_ACTOR_OF_A_BODY,
        ACTOR_THAT_DOES_NOT_OBEY,
        TREE_WITHOUT_LINK
    }

    private void start(Kind kind, Consumer<Pid> told) {
        switch (kind) {
            case BODY_WITHOUT_LINK ->
                    told.accept(Processes.spawnUnlinked(() -> Processes.sleep(HOUR)));
            case LINKED_BODY_OF_ONE_WITHOUT ->
                    Processes.spawnUnlinked(
                            () -> {
                                told.accept(
                                        Processes.spawn(
                                                () -> {
                                                    Processes.trapExits(true);
                                                    stubbornly(release);
                                                }));
                                Processes.sleep(HOUR);
                            });
            case ACTOR_WITHOUT_LINK -> told.accept(withoutLink(Actors.running().start().pid()));
            case IDLE_ACTOR_OF_A_BODY ->
                    Processes.spawnUnlinked(
                            () -> told.accept(withoutLink(Actors.running().start().pid())));
            case ACTOR_THAT_DOES_NOT_OBEY -> told.accept(stubborn().pid());
            case TREE_WITHOUT_LINK ->
                    Processes.spawnUnlinked(
                            () -> {
                                told.accept(Processes.self());
                                Trees.of(Trees.idle("deep")).start();
                                Processes.sleep(HOUR);
                            });
        }
    }

    private static Pid withoutLink(Pid pid) {
        Processes.unlink(pid);
        return pid;
    }

    private void startLeftover(OtpSystem system, Kind kind) {
        system.start();
        Objects.requireNonNull(child).send(() -> start(kind, left::complete));
        assertThat(Processes.isAlive(get(left))).isTrue();
    }

    /** Processes that end because of that are not named. */
    private void assertKilledAndNamed(LogLines log) {
        assertThat(Processes.isAlive(get(left))).isFalse();
        assertThat(log.matching("that ran beside it"))
                .singleElement()
                .asString()
                .startsWith("tree of 'shop' has ended; killed ")
                .contains(get(left).toString());
    }

    private static LogLines log() {
        return new LogLines(OtpSystem.class.getName());
    }

    @ParameterizedTest
    @EnumSource
    @Rule("B-03")
    void whatHandlersStartedIsKilledAndNamedWhenTheSystemStops(Kind kind) {
        try (LogLines log = log();
                OtpSystem system = system()) {
            startLeftover(system, kind);

            assertThat(system.stop(SOON)).isTrue();

            assertKilledAndNamed(log);
            assertThat(system.runtime().unsupervised()).isEmpty();
        }
    }

    @Test
    @Rule("B-03")
    void soItIsWhenTheSystemIsClosed() {
        try (LogLines log = log()) {
            try (OtpSystem system = system()) {
                startLeftover(system, Kind.BODY_WITHOUT_LINK);
            }
            assertKilledAndNamed(log);
        }
    }

    @Test
    @Rule("B-03")
    void aCloseEndsWhatWasStartedAfterTheStop() {
        try (LogLines log = log()) {
            try (OtpSystem system = system()) {
                system.start();
                assertThat(system.stop(SOON)).isTrue();
                left.complete(Actors.running().runtime(system.runtime()).start().pid());
            }
            assertKilledAndNamed(log);
        }
    }

    @Test
    @Rule("B-01")
    void soItIsWhenTheRootEndsByItself() {
        try (LogLines log = log();
                OtpSystem system = system()) {
            startLeftover(system, Kind.BODY_WITHOUT_LINK);

            Processes.kill(pid(system, "/child"));

            get(system.whenTerminated().toCompletableFuture());
            assertThat(system.state()).isEqualTo(State.GAVE_UP);
            assertKilledAndNamed(log);
        }
    }

    @Test
    @Rule("B-02")
    void soItIsWhenTheStartFails() {
        try (LogLines log = log();
                OtpSystem system =
                        system(
                                () -> {
                                    start(Kind.BODY_WITHOUT_LINK, left::complete);
                                    throw new IllegalStateException("no stock");
                                })) {
            assertThatThrownBy(system::start).isInstanceOf(OtpStartException.class);

            assertThat(system.state()).isEqualTo(State.STOPPED);
            assertKilledAndNamed(log);
        }
    }

    /** What a start function started beside the child that it returned. */
    @Test
    @Rule("B-03")
    void soItIsWhenAStartFunctionHasStartedMoreThanItsChild() {
        try (LogLines log = log();
                OtpSystem system =
                        system(
                                () -> {
                                    start(Kind.ACTOR_THAT_DOES_NOT_OBEY, left::complete);
                                    return Actors.running().start();
                                })) {
            system.start();
            assertThat(system.stop(SOON)).isTrue();
            assertKilledAndNamed(log);
        }
    }

    /** A supervisor that was killed has left its child behind, which does not look at exits. */
    @Test
    @Rule("B-01")
    void soItIsWithAChildThatOutlivesItsSupervisor() {
        StaticSupervisor.Builder sub = Trees.of(ChildSpecification.worker("deep", this::stubborn));
        try (LogLines log = log();
                OtpSystem system =
                        OtpSystem.builder("shop")
                                .root(() -> giveUpAtOnce(sub.supervised("sub")))
                                .build()) {
            system.start();
            left.complete(pid(system, "/sub/deep"));

            Processes.kill(pid(system, "/sub"));

            get(system.whenTerminated().toCompletableFuture());
            assertKilledAndNamed(log);
        }
    }

    private Started<Subject<Runnable>> stubborn() {
        var begun = new CountDownLatch(1);
        Started<Subject<Runnable>> busy =
                Actors.running().trapExits(true).interruptOnKill(false).start();
        busy.data()
                .send(
                        () -> {
                            begun.countDown();
                            stubbornly(release);
                        });
        stubbornly(begun);
        return busy;
    }

    @Test
    @Rule({"B-03", "A-20"})
    void anActorThatEndsBecauseItsParentHasEndedMayTerminate() {
        try (LogLines log = log();
                OtpSystem system = system()) {
            system.start();

            Actor.Terminator<Integer> telling = (state, reason) -> events.add("end: " + reason);
            Objects.requireNonNull(child)
                    .send(() -> left.complete(Actors.running().onTerminate(telling).start().pid()));
            get(left);

            assertThat(system.stop(SOON)).isTrue();

            assertThat(events).containsExactly("end: shutdown");
            assertThat(Processes.isAlive(get(left))).isFalse();
            assertThat(log.matching("that ran beside it")).isEmpty();
        }
    }

    @Test
    @Rule("B-03")
    void aThreadThatIsBorrowedForAProcessIsInterruptedAndIsNoLeftover() throws Exception {
        try (LogLines log = log();
                OtpSystem system = system()) {
            system.start();
            var running = new CountDownLatch(1);
            var interrupted = new CompletableFuture<Boolean>();
            var thrown = new CompletableFuture<Throwable>();
            Thread.ofPlatform()
                    .daemon()
                    .start(
                            () -> {
                                try {
                                    Processes.run(
                                            system.runtime(),
                                            () -> {
                                                running.countDown();
                                                interrupted.complete(isInterruptedSoon());
                                                return true;
                                            });
                                } catch (Throwable ended) {
                                    thrown.complete(ended);
                                }
                            });
            running.await();

            assertThat(system.stop(SOON)).isTrue();

            assertThat(get(interrupted)).isTrue();
            assertThat(get(thrown))
                    .isInstanceOfSatisfying(
                            ProcessExit.class,
                            exit -> assertThat(exit.reason()).isEqualTo(ExitReason.KILLED));
            assertThat(log.matching("that ran beside it")).isEmpty();
        }
    }

    private boolean isInterruptedSoon() {
        try {
            return release.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** A million of them would need a list of their own otherwise. */
    @Test
    @Rule("B-03")
    void whatASupervisorLooksAfterIsNotListed() {
        FactoryName<Integer, Subject<Runnable>> name = FactoryName.create("many");
        try (OtpSystem system =
                Trees.system(
                                "shop",
                                FactorySupervisor.workerChild(
                                                (Integer n) -> Actors.running().start())
                                        .restartTolerance(100, HOUR)
                                        .named(name)
                                        .supervised("many"))
                        .build()) {
            system.start();
            Pid root = pid(system, "/");
            var factory = FactorySupervisor.byName(name);
            var children = new ArrayList<Pid>();
            for (int n = 0; n < 100; n++) {
                children.add(factory.startChild(n).pid());
            }
            for (Pid victim : children.subList(0, 10)) Processes.kill(victim);
            eventually("ten restarts", () -> system.restarts() == 10);

            assertThat(system.runtime().unsupervised()).containsExactly(root);
        }
    }
}

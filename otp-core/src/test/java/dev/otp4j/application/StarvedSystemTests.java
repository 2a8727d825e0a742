/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static dev.otp4j.testkit.Expect.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem.State;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a system does while one handler that computes occupies the only carrier. */
class StarvedSystemTests {
    /** In a JVM of its own, since nothing else could run on a virtual thread. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "stop",
                "close",
                "stopOfVirtualThread",
                "stopOfStart",
                "stopOfVirtualStart",
                "stopBeforeTheRootBegins",
                "startLimit",
                "endOfRoot"
            })
    @Timeout(60)
    @Rule({"B-01", "B-03", "K-08"})
    void whatMustHappenHappensInTime(String scenario) throws Exception {
        Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Djdk.virtualThreadScheduler.parallelism=1",
                                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StarvedMain.class.getName(),
                                scenario)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.PIPE)
                        .directory(new File("."))
                        .start();
        String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(jvm.waitFor()).as(output).isZero();
    }

    /** Exits with 0 if the scenario went as it should. */
    static final class StarvedMain {
        private static final Duration LIMIT = Duration.ofMillis(300);

        /** A second more is promised; the machine may be crowded. */
        private static final Duration AND_A_SECOND = LIMIT.plusSeconds(4);

        private final CountDownLatch computing = new CountDownLatch(1);
        private volatile CompletableFuture<Termination> told = new CompletableFuture<>();
        private final CompletableFuture<Termination> hooked = new CompletableFuture<>();
        private final AtomicReference<Subject<Integer>> busy = new AtomicReference<>();

        public static void main(String[] args) throws Exception {
            try {
                new StarvedMain().run(args[0]);
                System.exit(0);
            } catch (Throwable failed) {
                failed.printStackTrace(System.out);
                System.exit(1);
            }
        }

        private void run(String scenario) throws Exception {
            switch (scenario) {
                case "stop" -> {
                    OtpSystem system = starved();
                    boolean stopped = inTime(AND_A_SECOND, () -> system.stop(LIMIT));
                    assertThat(stopped).isFalse();
                    assertEnded(system);
                }
                case "close" -> {
                    OtpSystem system = starved();
                    inTime(AND_A_SECOND, () -> system.stop(LIMIT));
                    inTime(AND_A_SECOND, () -> close(system));
                    assertEnded(system);
                }
                case "stopOfVirtualThread" -> {
                    OtpSystem system = starvedByStopping();
                    get(told, AND_A_SECOND);
                    assertEnded(system);
                }
                case "stopOfStart" -> stopOfStart(Thread.ofPlatform());
                case "stopOfVirtualStart" -> stopOfStart(Thread.ofVirtual());
                case "stopBeforeTheRootBegins" -> {
                    OtpSystem other = starved();
                    OtpSystem system = builder(child("idle", this::idle)).build();
                    var outcome = starting(Thread.ofPlatform(), system);
                    until(system, State.STARTING);
                    inTime(AND_A_SECOND, () -> system.stop(LIMIT));
                    assertThat(get(outcome, SOON)).isInstanceOf(OtpStartException.class);
                    assertThat(system.state()).isEqualTo(State.STOPPED);
                    assertThat(other.state()).isEqualTo(State.RUNNING);
                }
                case "startLimit" -> {
                    var system =
                            builder(child("endless", this::endlessInit))
                                    .startTimeout(LIMIT)
                                    .build();
                    var limit = AND_A_SECOND.plusSeconds(2); // which are for stopping in order
                    Throwable thrown =
                            inTime(limit, () -> get(starting(Thread.ofPlatform(), system), limit));
                    assertThat(thrown)
                            .isInstanceOf(OtpStartException.class)
                            .hasMessageContaining("was not started within PT0.3S");
                    assertThat(system.state()).isEqualTo(State.STOPPED);
                    assertThat(system.runtime().unsupervised()).isEmpty();
                }
                case "endOfRoot" -> {
                    OtpSystem system = starved();
                    Processes.kill(system.tree(0, 0).orElseThrow().pid());
                    get(told, AND_A_SECOND);
                    get(hooked, SOON);
                    get(system.whenTerminated().toCompletableFuture(), SOON);
                    assertThat(system.state()).isEqualTo(State.GAVE_UP);
                    assertThat(system.runtime().unsupervised()).isEmpty();
                }
                default -> throw new IllegalArgumentException(scenario);
            }
        }

        private void stopOfStart(Thread.Builder starter) throws Exception {
            OtpSystem system = builder(child("endless", this::endlessInit)).build();
            var outcome = starting(starter, system);
            computing.await();
            inTime(AND_A_SECOND, () -> system.stop(LIMIT));
            assertThat(system.state()).isEqualTo(State.STOPPED);
            assertThat(system.runtime().unsupervised()).isEmpty();
            if (starter instanceof Thread.Builder.OfPlatform) {
                assertThat(get(outcome, SOON)).isInstanceOf(OtpStartException.class);
            }
        }

        /** A system whose child computes for ever. */
        private OtpSystem starved() throws Exception {
            OtpSystem system =
                    builder(child("idle", this::idle), child("busy", this::busy)).build();
            system.start();
            busy.get().send(1);
            computing.await();
            return system;
        }

        /** The same, while a virtual thread waits for its stop. */
        /**
         * The stop has to come while the handler waits for the carrier. If the carrier happens to
         * take the supervisor first, the handler never begins, and it is tried again.
         */
        private OtpSystem starvedByStopping() throws Exception {
            for (int attempt = 0; attempt < 50; attempt++) {
                told = new CompletableFuture<>();
                OtpSystem system =
                        builder(child("idle", this::idle), child("busy", this::busy)).build();
                system.start();
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    busy.get().send(1); // begins when this one waits
                                    system.stop(LIMIT);
                                });
                if (computing.await(2, TimeUnit.SECONDS)) return system;
                get(told, SOON);
            }
            throw new AssertionError("the handler never began before the stop");
        }

        private void assertEnded(OtpSystem system) throws Exception {
            assertThat(get(told, SOON).requested()).isTrue();
            get(system.whenTerminated().toCompletableFuture(), SOON);
            until(system, State.STOPPED);
            assertThat(system.runtime().unsupervised()).isEmpty();
            assertThat(system.runtime().zombieCount())
                    .isPositive(); // a process that waits for a carrier counts too
        }

        private OtpSystem.Builder builder(ChildSpecification<?>... children) {
            return OtpSystem.builder("shop")
                    .type(OtpSystem.Type.PERMANENT)
                    .listener((SystemListener) ended -> told.complete(ended))
                    .terminationHook(hooked::complete)
                    .root(() -> root(List.of(children)));
        }

        private static StaticSupervisor.Builder root(List<ChildSpecification<?>> children) {
            StaticSupervisor.Builder root = StaticSupervisor.oneForOne();
            for (ChildSpecification<?> child : children) root = root.add(child);
            return root;
        }

        private interface Starter {
            Started<Subject<Integer>> start();
        }

        private static ChildSpecification<?> child(String id, Starter starter) {
            return ChildSpecification.worker(id, starter::start);
        }

        private Started<Subject<Integer>> idle() {
            return Actors.<Integer>idle().start();
        }

        private Started<Subject<Integer>> busy() {
            Started<Subject<Integer>> started =
                    Actor.startingWith(() -> 0)
                            .onMessage(
                                    (Integer state, Integer message) ->
                                            Next.continueWith(compute(message)))
                            .start();
            busy.set(started.data());
            return started;
        }

        private Started<Subject<Integer>> endlessInit() {
            return Actors.<Integer>idle(() -> compute(1)).initTimeout(Duration.ofHours(1)).start();
        }

        private int compute(int number) {
            computing.countDown();
            while (true) number = number * 31 + (int) System.nanoTime();
        }

        private static CompletableFuture<Throwable> starting(
                Thread.Builder starter, OtpSystem system) {
            var outcome = new CompletableFuture<Throwable>();
            starter.start(
                    () -> {
                        try {
                            system.start();
                            outcome.complete(new AssertionError("started"));
                        } catch (Throwable thrown) {
                            outcome.complete(thrown);
                        }
                    });
            return outcome;
        }

        private static boolean close(OtpSystem system) {
            system.close();
            return true;
        }

        private interface Task<T> {
            T run() throws Exception;
        }

        private static <T> T inTime(Duration limit, Task<T> task) throws Exception {
            long begun = System.nanoTime();
            T result = task.run();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(limit);
            return result;
        }

        private static <T> T get(CompletableFuture<T> future, Duration limit) throws Exception {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        }

        private static void until(OtpSystem system, State state) {
            long begun = System.nanoTime();
            while (system.state() != state) {
                assertThat(System.nanoTime() - begun).isLessThan(AND_A_SECOND.toNanos());
                Thread.onSpinWait();
            }
        }
    }
}

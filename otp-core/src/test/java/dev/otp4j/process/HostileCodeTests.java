/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.ended;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** User code that fails where the engine asks it for a text, a cause or nothing at all. */
@Timeout(30)
class HostileCodeTests {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    /** What a handler or start function does that is hostile. */
    record Hostile(String name, Supplier<Next<Integer, Object>> end) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final class NoText {
        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    /** Two of them print each other until the stack is full. */
    private static final class Endless {
        @Nullable Endless other;

        @Override
        public String toString() {
            return "Endless of " + other;
        }

        static Endless pair() {
            var one = new Endless();
            one.other = new Endless();
            one.other.other = one;
            return one;
        }
    }

    private static final class NoMessage extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    private static final class NoCause extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("no cause");
        }
    }

    private static final class CheckedCause extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            throw HostileCodeTests.<RuntimeException>sneaky(new IOException("checked"));
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private static Next<Integer, Object> fail(RuntimeException failure) {
        throw failure;
    }

    static Stream<Hostile> ends() {
        return Stream.of(
                new Hostile("no text", () -> Next.stopAbnormal(new NoText())),
                new Hostile("endless text", () -> Next.stopAbnormal(Endless.pair())),
                new Hostile("no message", () -> fail(new NoMessage())),
                new Hostile("no cause", () -> fail(new NoCause())),
                new Hostile("checked cause", () -> fail(new CheckedCause())),
                new Hostile("a checked exception", () -> fail(sneaky(new IOException("checked")))));
    }

    private static Subject<Object> start(Hostile hostile) {
        return outside(() -> started(hostile).data());
    }

    private static Started<Subject<Object>> started(Hostile hostile) {
        return Actor.startingWith(() -> 0)
                .<Object>onMessage((state, message) -> hostile.end().get())
                .start();
    }

    @ParameterizedTest
    @MethodSource("ends")
    @Rule("E-03")
    void aCallOfAProcessThatEndsSoSaysThatItIsDown(Hostile hostile) {
        assertThatThrownBy(() -> start(hostile).call(LIMIT, reply -> reply))
                .isInstanceOf(CallException.CalleeDown.class);
        assertThat(start(hostile).tryCall(LIMIT, reply -> reply))
                .isInstanceOfSatisfying(
                        CallResult.Failed.class,
                        failed ->
                                assertThat(failed.failure())
                                        .isInstanceOf(CallException.CalleeDown.class));
        CompletableFuture<Object> future = start(hostile).callAsync(LIMIT, reply -> reply);
        assertThatThrownBy(() -> future.get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CallException.CalleeDown.class);
    }

    @ParameterizedTest
    @MethodSource("ends")
    @Rule("E-03")
    void itsCrashIsLoggedAndItIsRestarted(Hostile hostile) {
        try (var crashes = new LogLines("dev.otp4j.process.crash");
                var reports = new LogLines("dev.otp4j.supervisor")) {
            var starts = new LinkedBlockingQueue<Subject<Object>>();
            Pid supervisor = outside(() -> supervisor(hostile, starts));
            Subject<Object> first = take(starts);
            first.send("end");
            Subject<Object> second = take(starts);
            assertThat(second).isNotEqualTo(first);
            assertThat(crashes.matching("context=crash")).hasSize(1);
            assertThat(reports.matching("context=child_terminated")).hasSize(1);
            Processes.kill(supervisor);
        }
    }

    private static Pid supervisor(Hostile hostile, BlockingQueue<Subject<Object>> starts) {
        return Trees.of(
                        ChildSpecification.worker(
                                "victim",
                                () -> {
                                    var started = started(hostile);
                                    starts.add(started.data());
                                    return started;
                                }))
                .start()
                .pid();
    }

    private static <T> T take(BlockingQueue<T> queue) {
        try {
            T taken = queue.poll(5, TimeUnit.SECONDS);
            if (taken == null) throw new AssertionError("nothing came");
            return taken;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("ends")
    @Rule("E-03")
    void aStartFunctionThatThrowsItFailsTheStartWithAText(Hostile hostile) {
        OtpSystem system = Trees.system("hostile", failing(hostile)).build();
        try {
            assertThatThrownBy(system::start).hasMessageContaining("victim");
        } finally {
            system.stop(LIMIT);
        }
    }

    private static ChildSpecification<Subject<Object>> failing(Hostile hostile) {
        return ChildSpecification.worker(
                "victim",
                () -> {
                    hostile.end().get();
                    throw new IllegalStateException("ended in another way");
                });
    }

    // ---- listeners

    private static final class CheckedListener implements ProcessListener {
        final CompletableFuture<Boolean> called = new CompletableFuture<>();

        @Override
        public void processEnded(Pid process, ExitReason reason) {
            called.complete(true);
            throw HostileCodeTests.<RuntimeException>sneaky(new IOException("checked"));
        }

        @Override
        public void messageDropped(DroppedMessage message) {
            throw HostileCodeTests.<RuntimeException>sneaky(new IOException("checked"));
        }

        @Override
        public void processCrashed(CrashReport report) {
            throw HostileCodeTests.<RuntimeException>sneaky(new IOException("checked"));
        }
    }

    @Test
    @Rule("E-04")
    void aListenerThatThrowsACheckedExceptionHarmsNoProcess() {
        var listener = new CheckedListener();
        try (var runtime = ProcessRuntime.builder().listener(listener).build()) {
            Subject<Object> victim =
                    Actor.startingWith(() -> 0)
                            .<Object>onMessage((state, message) -> fail(new NoMessage()))
                            .runtime(runtime)
                            .start()
                            .data();
            Pid pid = victim.owner();
            victim.send("crash");
            victim.send("dropped");
            assertThat(get(listener.called)).isTrue();
            assertThat(ended(pid)).isNotNull();
            assertThat(runtime.awaitReports(Duration.ofSeconds(5))).isTrue();
        }
    }

    @OtpTest
    void aRegistryWhoseKeysFailHarmsNoEnd() {
        record Key(boolean[] broken) {
            @Override
            public boolean equals(Object other) {
                if (broken[0]) throw HostileCodeTests.<RuntimeException>sneaky(new IOException());
                return other == this;
            }

            @Override
            public int hashCode() {
                if (broken[0]) throw HostileCodeTests.<RuntimeException>sneaky(new IOException());
                return 1;
            }
        }
        Registry<Key, String> registry = Registry.create();
        var broken = new boolean[1];
        var registered = new CompletableFuture<Boolean>();
        Pid holder =
                Processes.spawnUnlinked(
                        () -> {
                            registry.register(new Key(broken), "one");
                            registered.complete(true);
                            Processes.sleep(Duration.ofHours(1));
                        });
        Monitor monitor = Processes.monitor(holder);
        get(registered);
        broken[0] = true;
        Processes.kill(holder);
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        assertThat(List.of(holder)).noneMatch(Processes::isAlive);
    }
}

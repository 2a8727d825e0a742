/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.SystemListener;
import dev.otp4j.application.Termination;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Trees;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The context class loader of every thread on which code of users runs is that of the runtime's
 * owner, whichever thread sends and whatever ran on the thread before.
 */
@Timeout(30)
class ContextClassLoaderTests {
    private static final ClassLoader OWN = loader();
    private static final ClassLoader FOREIGN = loader();
    private static final Duration SECOND = Duration.ofSeconds(5);

    private final Map<String, ClassLoader> seen = new ConcurrentHashMap<>();

    private static ClassLoader loader() {
        return new URLClassLoader(new URL[0], ContextClassLoaderTests.class.getClassLoader());
    }

    private static @Nullable ClassLoader here() {
        return Thread.currentThread().getContextClassLoader();
    }

    private void look(String where) {
        ClassLoader found = here();
        seen.put(where, found == null ? ClassLoader.getPlatformClassLoader() : found);
    }

    /** Notes what it sees, and leaves another one behind. */
    private void lookAndLeave(String where) {
        look(where);
        Thread.currentThread().setContextClassLoader(FOREIGN);
    }

    private ActorBuilder<Integer, Runnable, Subject<Runnable>> worker() {
        return Actor.startingWith(
                        () -> {
                            look("init");
                            return 0;
                        })
                .onMessage(
                        (state, code) -> {
                            code.run();
                            return Next.continueWith(state);
                        });
    }

    /** Runs code on a thread that has another context class loader. */
    private static void onForeignThread(Runnable code) {
        var done = new CompletableFuture<Boolean>();
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .unstarted(
                                () -> {
                                    try {
                                        code.run();
                                        done.complete(true);
                                    } catch (Throwable failed) {
                                        done.completeExceptionally(failed);
                                    }
                                });
        thread.setContextClassLoader(FOREIGN);
        thread.start();
        get(done);
    }

    /** Calls until the outcome comes after the call has returned, on a thread of the runtime. */
    private void completed(String where, Supplier<CompletableFuture<Integer>> call) {
        Thread own = Thread.currentThread();
        eventually(
                where,
                () -> {
                    CompletableFuture<Thread> completer =
                            call.get()
                                    .handle(
                                            (reply, late) -> {
                                                Thread thread = Thread.currentThread();
                                                if (thread != own) lookAndLeave(where);
                                                return thread;
                                            });
                    return get(completer) != own;
                });
    }

    private final class Listener implements SupervisorListener, SystemListener {
        private final String which;

        Listener(String which) {
            this.which = which;
        }

        @Override
        public void reported(SupervisorReport report) {
            lookAndLeave(which + " reported");
        }

        @Override
        public void counted(SupervisorReport report) {
            lookAndLeave(which + " counted");
        }

        @Override
        public void processEnded(Pid pid, ExitReason reason) {
            lookAndLeave(which + " processEnded");
        }

        @Override
        public void processCrashed(CrashReport report) {
            lookAndLeave(which + " processCrashed");
        }

        @Override
        public void messageDropped(DroppedMessage dropped) {
            lookAndLeave(which + " messageDropped by " + Thread.currentThread().getName());
        }

        @Override
        public void terminated(Termination termination) {
            lookAndLeave(which + " terminated");
        }
    }

    @Test
    void codeOfUsersSeesTheOwnersClassLoaderOnEveryThreadOfASystem() {
        var first = new Listener("first");
        var second = new Listener("second");
        var worker = new CompletableFuture<Subject<Runnable>>();
        var again = new CompletableFuture<Subject<Runnable>>();

        ChildSpecification<?> child =
                ChildSpecification.worker(
                        "worker",
                        () -> {
                            look("start of a child");
                            var started = worker().start();
                            if (!worker.complete(started.data())) again.complete(started.data());
                            return started;
                        });
        OtpSystem system =
                Trees.system("loaders", child)
                        .runtime(runtime -> runtime.classLoader(OWN))
                        .listener(first)
                        .listener(second)
                        .build();
        onForeignThread(system::start);
        try {
            Subject<Runnable> subject = get(worker);
            onForeignThread(() -> subject.send(() -> look("handler")));
            subject.sendAfter(Duration.ofMillis(1), () -> look("handler, by timer"));
            completed(
                    "completion of callAsync",
                    () -> subject.<Integer>callAsync(SECOND, reply -> () -> reply.send(1)));
            completed(
                    "time limit of callAsync",
                    () -> subject.<Integer>callAsync(Duration.ofMillis(1), reply -> () -> {}));
            var gone = new CompletableFuture<ExitReason>();
            system.runtime()
                    .whenEnded(subject.owner())
                    .thenAccept(
                            reason -> {
                                look("whenEnded");
                                gone.complete(reason);
                            });
            subject.send(
                    () -> {
                        throw new IllegalStateException("wanted");
                    });
            get(gone);
            get(again);
        } finally {
            system.close();
        }
        eventually("the end is told", () -> seen.containsKey("second terminated"));
        assertThat(seen)
                .containsKeys(
                        "init",
                        "handler",
                        "handler, by timer",
                        "start of a child",
                        "first counted",
                        "second counted",
                        "first reported",
                        "second reported",
                        "first processEnded",
                        "second processEnded",
                        "first processCrashed",
                        "second processCrashed",
                        "first terminated",
                        "second terminated",
                        "completion of callAsync",
                        "time limit of callAsync",
                        "whenEnded");
        assertThat(seen).allSatisfy((where, loader) -> assertThat(loader).as(where).isSameAs(OWN));
    }

    @Test
    void theThreadOfTheTimersAndTheSentryHaveItAsWell() {
        try (ProcessRuntime runtime =
                ProcessRuntime.builder().name("loaders").classLoader(OWN).build()) {
            onForeignThread(
                    () -> {
                        Subject<Runnable> subject = worker().runtime(runtime).start().data();
                        subject.sendAfter(Duration.ofHours(1), () -> {});
                    });
            assertThat(platformThread("otp-timers:loaders").getContextClassLoader()).isSameAs(OWN);
            assertThat(platformThread("otp-sentry:loaders").getContextClassLoader()).isSameAs(OWN);
        }
    }

    private static Thread platformThread(String name) {
        var found = new CompletableFuture<Thread>();
        eventually(
                "there is a thread " + name,
                () -> {
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().equals(name))
                            .forEach(found::complete);
                    return found.isDone();
                });
        return get(found);
    }

    @Test
    void theNextActorOfAChainDoesNotSeeWhatAnotherLeftOnTheThread() {
        try (ProcessRuntime runtime =
                UnwatchedScheduler.runtime("chained").classLoader(OWN).build()) {
            Subject<Runnable> a = Actors.running(runtime);
            Subject<Runnable> b = Actors.running(runtime);
            quiet(b.owner());
            var sender = new CompletableFuture<Thread>();
            var receiver = new CompletableFuture<Thread>();
            Runnable receive =
                    () -> {
                        look("chained");
                        receiver.complete(Thread.currentThread());
                    };
            a.send(
                    () -> {
                        b.send(receive);
                        Thread.currentThread().setContextClassLoader(FOREIGN);
                        sender.complete(Thread.currentThread());
                    });

            assertThat(get(receiver)).isSameAs(get(sender));
            assertThat(seen.get("chained")).isSameAs(OWN);
        }
    }

    @Test
    void aRuntimeTakesTheClassLoaderOfTheThreadThatMakesItsBuilder() {
        onForeignThread(
                () -> {
                    try (ProcessRuntime runtime = ProcessRuntime.builder().build()) {
                        assertThat(runtime.classLoader()).isSameAs(FOREIGN);
                    }
                });
    }

    @Test
    void theDefaultRuntimeKeepsNoClassLoaderButItsOwn() {
        assertThat(ProcessRuntime.defaultRuntime().classLoader())
                .isSameAs(ProcessRuntime.class.getClassLoader());
    }

    @Test
    void aSimulationHasTheClassLoaderOfItsThread() {
        Runnable body =
                () -> {
                    var handled = new CompletableFuture<ClassLoader>();
                    Function<Subject<Integer>, Runnable> look =
                            reply ->
                                    () -> {
                                        handled.complete(here());
                                        reply.send(1);
                                    };
                    worker().start().data().call(SECOND, look);
                    assertThat(handled.getNow(null)).isSameAs(FOREIGN);
                };
        onForeignThread(() -> Simulation.run(1, body));
    }

    @Test
    void aThreadThatIsBorrowedKeepsItsOwn() {
        try (ProcessRuntime runtime = ProcessRuntime.builder().classLoader(OWN).build()) {
            onForeignThread(
                    () ->
                            Processes.run(
                                    runtime,
                                    () -> {
                                        assertThat(here()).isSameAs(FOREIGN);
                                        return true;
                                    }));
        }
    }

    @Test
    void nothingOfAClosedRuntimeKeepsTheClassLoader() {
        WeakReference<ClassLoader> loader = usedAndClosed();
        long end = System.nanoTime() + SECOND.toNanos();
        while (loader.get() != null && System.nanoTime() < end) {
            System.gc();
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(loader.get()).isNull();
    }

    private WeakReference<ClassLoader> usedAndClosed() {
        ClassLoader loader = loader();
        try (ProcessRuntime runtime =
                ProcessRuntime.builder().name("closed").classLoader(loader).build()) {
            Subject<Runnable> subject = worker().runtime(runtime).start().data();
            subject.sendAfter(Duration.ofHours(1), () -> {});
            get(subject.<Integer>callAsync(SECOND, reply -> () -> reply.send(1)));
            Processes.kill(subject.owner());
            get(runtime.whenEnded(subject.owner()).toCompletableFuture());
        }
        seen.clear();
        return new WeakReference<>(Objects.requireNonNull(loader));
    }
}

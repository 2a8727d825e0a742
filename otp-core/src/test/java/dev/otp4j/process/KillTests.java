/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.QUIET;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Started;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A kill is immediate for the engine, whatever the user's code does. */
@OtpTest
class KillTests {
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch stuck = new CountDownLatch(1);

    @AfterEach
    void letZombiesGo() {
        release.countDown();
    }

    /** A process in code that does not heed interrupts; then it runs {@code later}, as a zombie. */
    private Pid zombieToBe(Runnable later) {
        return zombieToBe(() -> {}, later);
    }

    /** One that runs {@code before} while it lives. */
    private Pid zombieToBe(Runnable before, Runnable later) {
        return Processes.spawnUnlinked(
                () -> {
                    before.run();
                    stuck.countDown();
                    stubbornly(release);
                    later.run();
                });
    }

    private void awaitStuck() {
        stubbornly(stuck);
    }

    @Test
    @Rule({"K-01", "K-02", "K-03", "TR-01"})
    void aStuckVictimIsDeadAtOnceForEverybody() {
        Processes.trapExits(true);
        Name<String> name = Name.create("stuck");
        Pid victim = zombieToBe(() -> {});
        Processes.register(victim, name);
        Processes.link(victim);
        Monitor monitor = Processes.monitor(victim);
        awaitStuck();

        long start = System.nanoTime();
        Processes.kill(victim);

        assertThat(Processes.isAlive(victim)).isFalse();
        assertThat(name.pid()).isEmpty();
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        assertThat(expectExit(victim)).isEqualTo(ExitReason.KILLED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
        Pid successor = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
        Processes.register(successor, name);
        assertThat(name.pid()).contains(successor);
        Processes.kill(successor);
    }

    @Test
    @Rule({"K-01", "K-03", "TR-01"})
    void aBusyVictimIsDeadAtOnce() {
        var stop = new AtomicBoolean();
        Pid victim =
                Processes.spawnUnlinked(
                        () -> {
                            stuck.countDown();
                            while (!stop.get()) {
                                try {
                                    Thread.onSpinWait();
                                } catch (Throwable ignored) {
                                    Thread.interrupted();
                                }
                            }
                        });
        awaitStuck();
        Monitor monitor = Processes.monitor(victim);
        try {
            Processes.kill(victim);

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        } finally {
            stop.set(true);
        }
    }

    @Test
    @Rule("K-03")
    void aVictimInASynchronizedBlockIsDeadAtOnce() {
        var lock = new Object();
        Pid holder =
                Processes.spawnUnlinked(
                        () -> {
                            synchronized (lock) {
                                stuck.countDown();
                                stubbornly(release);
                            }
                        });
        awaitStuck();
        Pid waiter =
                Processes.spawnUnlinked(
                        () -> {
                            synchronized (lock) {
                                stuck.countDown();
                            }
                        });
        Monitor monitor = Processes.monitor(waiter);

        Processes.kill(waiter);

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        Processes.kill(holder);
    }

    @Test
    @Rule("K-04")
    void theVictimsWaitsEnd() throws InterruptedException {
        var queue = new ArrayBlockingQueue<Integer>(1);
        var semaphore = new Semaphore(0);
        var lock = new ReentrantLock();
        lock.lock();
        var waits = new LinkedHashMap<String, Waiting>();
        waits.put("queue", queue::take);
        waits.put("semaphore", semaphore::acquire);
        waits.put("lock", lock::lockInterruptibly);
        waits.put("latch", release::await);
        waits.put("thread", () -> Thread.ofPlatform().daemon().start(this::never).join());
        for (Map.Entry<String, Waiting> wait : waits.entrySet()) {
            var ended = new CompletableFuture<Throwable>();
            var begun = new CountDownLatch(1);
            Pid victim =
                    Processes.spawnUnlinked(
                            () -> {
                                begun.countDown();
                                try {
                                    wait.getValue().begin();
                                } catch (InterruptedException e) {
                                    ended.complete(e);
                                }
                            });
            begun.await();

            Processes.kill(victim);

            assertThat(get(ended)).as(wait.getKey()).isInstanceOf(InterruptedException.class);
        }
    }

    private void never() {
        stubbornly(release);
    }

    private interface Waiting {
        void begin() throws InterruptedException;
    }

    @Test
    @Rule({"K-04", "TR-12"})
    void engineWaitsEndWithAnErrorThatCatchExceptionLetsPass() {
        var passed = new CompletableFuture<Boolean>();
        Pid victim =
                Processes.spawnUnlinked(
                        () -> {
                            try {
                                Subject.create().receiveForever();
                                passed.complete(true);
                            } catch (Exception e) {
                                passed.complete(true);
                            } finally {
                                passed.complete(false);
                            }
                        });
        dev.otp4j.testkit.Expect.quiet(victim);

        Processes.kill(victim);

        assertThat(get(passed)).isFalse();
        assertThat(Error.class).isAssignableFrom(ProcessExit.class);
    }

    @Test
    @Rule({"K-04", "P-33"})
    void aCallOfTheVictimEnds() {
        Pid silent = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
        Subject<Object> to = new TaggedSubject<>((ProcessPort) silent, 7);
        var ended = new CompletableFuture<Throwable>();
        Pid victim =
                Processes.spawnUnlinked(
                        () -> {
                            stuck.countDown();
                            try {
                                to.callForever(reply -> reply);
                            } catch (Throwable thrown) {
                                ended.complete(thrown);
                            }
                        });
        awaitStuck();
        dev.otp4j.testkit.Expect.eventually(
                "the request is there", () -> ProcessInfo.mailboxSize(silent) > 0);

        Processes.kill(victim);

        assertThat(get(ended)).isInstanceOf(ProcessExit.class);
        Processes.kill(silent);
    }

    /** What a zombie tries: each must fail and have no effect. */
    @Test
    @Rule({"K-05", "P-25"})
    void noEngineCallOfAZombieHasAnEffect() {
        Subject<Object> inbox = Subject.create();
        Name<Object> name = Name.create("zombies");
        Pid bystander = Processes.spawnUnlinked(() -> Processes.sleep(SOON.multipliedBy(2)));
        var spawned = new AtomicBoolean();
        var attempts = new LinkedHashMap<String, Runnable>();
        attempts.put("send", () -> inbox.send("late"));
        attempts.put("trySend", () -> inbox.trySend("late"));
        attempts.put("sendAfter", () -> inbox.sendAfter(Duration.ZERO, "late"));
        attempts.put("call", () -> inbox.call(QUIET, reply -> reply));
        attempts.put("spawn", () -> Processes.spawn(() -> spawned.set(true)));
        attempts.put("spawnUnlinked", () -> Processes.spawnUnlinked(() -> spawned.set(true)));
        attempts.put("link", () -> Processes.link(bystander));
        attempts.put("unlink", () -> Processes.unlink(bystander));
        attempts.put("monitor", () -> Processes.monitor(bystander));
        attempts.put("kill", () -> Processes.kill(bystander));
        attempts.put("exit", () -> Processes.exit(bystander, ExitReason.abnormal("zombie")));
        attempts.put("register", () -> Processes.register(bystander, name));
        attempts.put("unregister", () -> Processes.unregister(name));
        attempts.put("trapExits", () -> Processes.trapExits(true));
        attempts.put("create", Subject::create);
        var own = new CompletableFuture<Subject<Object>>();
        var watch = new CompletableFuture<Monitor>();
        Name<Object> mine = Name.create("mine");
        Name<Object> held = Name.create("held", Vacancy.holding(5));
        held.subject().send("kept");
        Registry<String, Integer> registry = Registry.create();
        Timer timer = inbox.sendAfter(Duration.ofHours(1), "late");
        var reply =
                new ReplySubject<Object>(
                        ProcessRuntime.current(), Processes.self(), Long.MAX_VALUE);
        attempts.put("sendEvery", () -> inbox.sendEvery(Duration.ofNanos(1), "late"));
        attempts.put("sendAfter to itself", () -> own.join().sendAfter(Duration.ZERO, "late"));
        attempts.put("sendAfter to a caller", () -> reply.sendAfter(Duration.ZERO, "late"));
        attempts.put("reply", () -> reply.send("late"));
        attempts.put("cancel", timer::cancel);
        attempts.put("tryCall", () -> inbox.tryCall(QUIET, r -> r));
        attempts.put("callForever", () -> inbox.callForever(r -> r));
        attempts.put("callAsync", () -> inbox.callAsync(QUIET, r -> r));
        attempts.put("call itself", () -> own.join().call(QUIET, r -> r));
        attempts.put("tryCall itself", () -> own.join().tryCall(QUIET, r -> r));
        attempts.put("call its name", () -> mine.subject().call(QUIET, r -> r));
        attempts.put("receive of its own", () -> own.join().receive(Duration.ZERO));
        attempts.put("receive of its name", () -> mine.subject().receive(Duration.ZERO));
        attempts.put("register itself", () -> Processes.register(Processes.self(), name));
        attempts.put("link itself", () -> Processes.link(Processes.self()));
        attempts.put("kill itself", () -> Processes.kill(Processes.self()));
        attempts.put("demonitor", () -> Processes.demonitor(watch.join()));
        attempts.put("exit itself", () -> Processes.exit(ExitReason.abnormal("zombie")));
        attempts.put("Registry.register", () -> registry.register("key", 1));
        attempts.put("Registry.unregister", () -> registry.unregister("key"));
        attempts.put("abandon", () -> held.abandon("by a zombie"));
        attempts.put("whileVacant", () -> held.whileVacant(Vacancy.failing()));
        attempts.put("whileVacant again", () -> held.whileVacant(Vacancy.holding(1)));
        attempts.put("Sys of another one", () -> Sys.suspend(bystander));
        attempts.put("Sys of itself", () -> Sys.suspend(Processes.self()));
        attempts.put("receive", () -> Processes.sleep(Duration.ZERO));
        attempts.put("flush", Processes::flushMessages);
        attempts.put(
                "start",
                () ->
                        Actors.<String>idle(
                                        () -> {
                                            spawned.set(true);
                                            return 0;
                                        })
                                .start());
        var outcomes = new CompletableFuture<Map<String, Object>>();
        Pid victim =
                zombieToBe(
                        () -> {
                            own.complete(Subject.create());
                            watch.complete(Processes.monitor(bystander));
                            Processes.register(Processes.self(), mine);
                        },
                        () -> {
                            var seen = new LinkedHashMap<String, Object>();
                            attempts.forEach((verb, code) -> seen.put(verb, outcome(code)));
                            outcomes.complete(seen);
                        });
        awaitStuck();
        Processes.kill(victim);

        release.countDown();

        assertThat(get(outcomes))
                .hasSameSizeAs(attempts)
                .allSatisfy(
                        (verb, outcome) ->
                                assertThat(outcome).as(verb).isEqualTo(ExitReason.KILLED));
        assertThat(inbox.receive(QUIET)).isEmpty();
        assertThat(Processes.isAlive(bystander)).isTrue();
        assertThat(ProcessInfo.of(bystander).links()).isEmpty();
        assertThat(name.pid()).isEmpty();
        assertThat(held.heldCount()).isOne();
        assertThat(registry.size()).isZero();
        assertThat(reply.outcome()).isNull();
        assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerCancelled.class);
        assertThat(ProcessRuntime.current().timerCount()).isZero();
        assertThat(spawned).isFalse();
        Processes.kill(bystander);
    }

    private static @Nullable Object outcome(Runnable code) {
        try {
            code.run();
            return "done";
        } catch (ProcessExit exit) {
            return exit.reason();
        } catch (Throwable other) {
            return other;
        }
    }

    @Test
    @Rule({"K-05", "C-05"})
    void aZombiesReplyIsRefused() {
        var sent = new CompletableFuture<Object>();
        Subject<Subject<String>> door = echoThat(sent);
        Pid callee = door.owner();
        Pid killer =
                Processes.spawn(
                        () -> {
                            awaitStuck();
                            Processes.kill(callee);
                        });

        Throwable failure = failure(() -> door.call(SOON, (Subject<String> reply) -> reply));
        release.countDown();

        assertThat(failure)
                .isInstanceOfSatisfying(
                        CallException.CalleeDown.class,
                        down -> assertThat(down.reason()).isEqualTo(ExitReason.KILLED));
        assertThat(get(sent)).isEqualTo(ExitReason.KILLED);
        expectDown(killer);
    }

    private Subject<Subject<String>> echoThat(CompletableFuture<Object> sent) {
        Subject<Subject<Subject<String>>> doors = Subject.create();
        Processes.spawnUnlinked(
                () -> {
                    Subject<Subject<String>> own = Subject.create();
                    doors.send(own);
                    Subject<String> reply = own.receiveForever();
                    stuck.countDown();
                    stubbornly(release);
                    sent.complete(outcome(() -> reply.send("late")));
                });
        return expect(doors);
    }

    private static @Nullable Throwable failure(Runnable code) {
        try {
            code.run();
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    @Test
    @Rule("K-07")
    void aSuccessorRunsWhileTheZombieStillDoes() {
        var zombieWrites = new CompletableFuture<Boolean>();
        Pid victim = zombieToBe(() -> zombieWrites.complete(true));
        awaitStuck();
        Processes.kill(victim);

        Pid successor = Processes.spawnUnlinked(() -> Processes.sleep(SOON));

        assertThat(Processes.isAlive(successor)).isTrue();
        assertThat(zombieWrites).isNotDone();
        release.countDown();
        assertThat(get(zombieWrites)).as("what it does outside the engine happens").isTrue();
        Processes.kill(successor);
    }

    @Test
    @Rule({"K-09", "A-17", "A-20"})
    void anyFatalSignalIsAsAKillButForTheReason() {
        for (ExitReason reason :
                new ExitReason[] {
                    ExitReason.SHUTDOWN, ExitReason.abnormal("link"), ExitReason.KILL
                }) {
            var terminated = new AtomicBoolean();
            Started<Subject<String>> actor =
                    Actors.<String>idle()
                            .onTerminate((state, why) -> terminated.set(true))
                            .trapExits(false)
                            .start();
            Processes.unlink(actor.pid());
            Monitor monitor = Processes.monitor(actor.pid());

            Processes.exit(actor.pid(), reason);

            assertThat(Processes.isAlive(actor.pid())).isFalse();
            assertThat(expectDown(monitor))
                    .isEqualTo(reason == ExitReason.KILL ? ExitReason.KILLED : reason);
            assertThat(terminated).isFalse();
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OtpTest
class NameTests {
    private static Pid idler() {
        return Processes.spawn(() -> Processes.sleep(SOON.multipliedBy(2)));
    }

    private static void end(Pid pid) {
        Processes.unlink(pid);
        Processes.kill(pid);
    }

    @Nested
    class Registering {
        @Test
        @Rule("R-01")
        void pointsToTheProcessUntilItIsUndone() {
            Name<String> name = Name.create("one");
            Pid pid = idler();

            assertThat(Processes.named(name)).isEmpty();
            Processes.register(pid, name);
            assertThat(Processes.named(name)).contains(pid);
            assertThat(Processes.unregister(name)).isTrue();
            assertThat(Processes.named(name)).isEmpty();
        }

        @Test
        @Rule("R-02")
        void aTakenNameIsRefusedAndTheHolderStays() {
            Name<String> name = Name.create("one");
            Pid holder = idler();
            Processes.register(holder, name);

            assertThatIllegalStateException()
                    .isThrownBy(() -> Processes.register(idler(), name))
                    .withMessageContaining("is held by");
            assertThat(name.pid()).contains(holder);
        }

        @Test
        @Rule("R-02")
        void theDeadCannotBeRegistered() {
            Name<String> name = Name.create("one");
            Pid dead = idler();
            end(dead);

            assertThatIllegalStateException()
                    .isThrownBy(() -> Processes.register(dead, name))
                    .withMessageContaining("it is dead");
            assertThat(name.pid()).isEmpty();
        }

        @Test
        @Rule("R-03")
        void aSecondNameIsRefusedAndTheFirstStays() {
            Name<String> first = Name.create("first");
            Name<String> second = Name.create("second");
            Pid pid = idler();
            Processes.register(pid, first);

            assertThatIllegalStateException().isThrownBy(() -> Processes.register(pid, second));

            assertThat(first.pid()).contains(pid);
            assertThat(second.pid()).isEmpty();
        }

        @Test
        @Rule("R-04")
        void unregisteringFreesNameAndProcess() {
            Name<String> name = Name.create("one");
            Name<String> other = Name.create("other");
            Pid pid = idler();
            Processes.register(pid, name);

            boolean freed = outside(() -> Processes.unregister(name));

            assertThat(freed).isTrue();
            assertThat(Processes.unregister(name)).isFalse();
            assertThatExceptionOfType(NotRegisteredException.class)
                    .isThrownBy(() -> name.subject().send("x"));
            Processes.register(pid, other);
            Processes.register(idler(), name);
            assertThat(other.pid()).contains(pid);
        }

        @Test
        @Rule("R-09")
        void namesAreDifferentAlsoForEqualPrefixes() {
            var names = new HashSet<Object>();
            for (int i = 0; i < 1_000; i++) {
                Name<String> name = Name.create("same");
                assertThat(names.add(name)).isTrue();
                assertThat(names.add(name.toString())).isTrue();
            }
        }

        @Test
        @Tag("race")
        @Timeout(60)
        @Rule("R-06")
        void ofTwoThatRaceForANameOneWins() {
            Subject<Boolean> outcomes = Subject.create();
            for (int i = 0; i < 1_000; i++) {
                Name<String> name = Name.create("raced");
                var go = new AtomicBoolean();
                var pids = new ArrayList<Pid>();
                for (int p = 0; p < 2; p++) {
                    pids.add(
                            Processes.spawnUnlinked(
                                    () -> {
                                        while (!go.get()) Thread.yield();
                                        boolean won = true;
                                        try {
                                            Processes.register(Processes.self(), name);
                                        } catch (IllegalStateException e) {
                                            won = false;
                                        }
                                        outcomes.send(won);
                                        Processes.sleep(SOON);
                                    }));
                }
                go.set(true);

                boolean one = expect(outcomes);
                boolean two = expect(outcomes);

                assertThat(one ^ two).isTrue();
                assertThat(name.pid()).get().isIn(pids);
                pids.forEach(Processes::kill);
            }
        }

        @Test
        @Tag("race")
        @Timeout(60)
        @Rule({"R-05", "P-30"})
        void whoeverHearsOfADeathCanTakeTheNameAtOnce() {
            Name<String> name = Name.create("inherited");
            Subject<Pid> holders = Subject.create();
            for (int i = 0; i < 1_000; i++) {
                Pid holder =
                        Processes.spawnUnlinked(
                                () -> {
                                    Processes.register(Processes.self(), name);
                                    holders.send(Processes.self());
                                    Processes.sleep(SOON);
                                });
                expect(holders);
                Monitor monitor = Processes.monitor(holder);
                Pid killer = Processes.spawnUnlinked(() -> Processes.kill(holder));

                expectDown(monitor);

                assertThat(name.pid()).isEmpty();
                Processes.register(Processes.self(), name);
                Processes.unregister(name);
                Processes.kill(killer);
            }
        }

        @Test
        @Rule({"R-08", "A-04"})
        void duringTheHoldersInitialiserMessagesQueueAndCallsWait() {
            Name<Object> name = Name.create("starting");
            var inInit = new CompletableFuture<Boolean>();
            var goOn = new CountDownLatch(1);
            Pid starter =
                    Processes.spawn(
                            () -> {
                                Actor.<Integer, Object, Subject<Object>>withInitializer(
                                                SOON,
                                                init -> {
                                                    inInit.complete(true);
                                                    goOn.await();
                                                    return init.state(0);
                                                })
                                        .onMessage(NameTests::count)
                                        .named(name)
                                        .start();
                                Processes.sleep(SOON);
                            });
            get(inInit);
            name.subject().send("one");
            name.subject().send("two");
            Processes.spawn(goOn::countDown);

            int count = name.subject().call(SOON, Count::new);

            assertThat(count).isEqualTo(2);
            end(starter);
        }
    }

    record Count(Subject<Integer> replyTo) {}

    private static Next<Integer, Object> count(Integer seen, Object message) {
        if (!(message instanceof Count(var replyTo))) return Next.continueWith(seen + 1);
        replyTo.send(seen);
        return Next.continueWith(seen);
    }

    /** What waits in a name that holds, for the process that adopts it. */
    @Nested
    class Holding {
        private @Nullable Subject<Object> heard;

        private Subject<Object> heard() {
            if (heard == null) heard = Subject.create();
            return heard;
        }

        /** Adopts the name and passes on what it receives. */
        private Pid adopt(Name<Object> name) {
            return adopt(name, heard());
        }

        private Pid adopt(Name<Object> name, Subject<Object> to) {
            Started<Subject<Object>> started =
                    Actor.startingWith(() -> 0)
                            .onMessage(
                                    (Integer n, Object message) -> {
                                        to.send(message);
                                        if (message instanceof Count(var reply)) reply.send(n);
                                        return Next.continueWith(n + 1);
                                    })
                            .named(name)
                            .start();
            return started.pid();
        }

        @Test
        void messagesComeFirstAndInOrderAfterAdoption() {
            Name<Object> name = Name.create("held", Vacancy.holding(10));
            for (int i = 0; i < 5; i++) {
                assertThat(name.subject().trySend(i)).isEqualTo(Subject.Sent.SENT);
            }
            assertThat(name.heldCount()).isEqualTo(5);

            adopt(name);
            for (int i = 5; i < 8; i++) name.subject().send(i);

            for (int i = 0; i < 8; i++) assertThat(expect(heard())).isEqualTo(i);
            assertThat(name.heldCount()).isZero();
        }

        @Test
        void holdAgainAfterTheHoldersDeath() {
            Name<Object> name = Name.create("held", Vacancy.holding(10));
            Pid first = adopt(name);
            end(first);

            name.subject().send("between");

            adopt(name);
            assertThat(expect(heard())).isEqualTo("between");
        }

        @Test
        void aFullHoldDropsAndCounts() {
            Name<Object> name = Name.create("held", Vacancy.holding(2));
            long before = ProcessRuntime.current().deadLetters();
            name.subject().send(1);
            name.subject().send(2);

            assertThat(name.subject().trySend(3)).isEqualTo(Subject.Sent.FULL);
            assertThatExceptionOfType(CallException.Rejected.class)
                    .isThrownBy(() -> name.subject().call(SOON, Count::new));

            assertThat(ProcessRuntime.current().deadLetters()).isEqualTo(before + 2);
            adopt(name);
            assertThat(expect(heard())).isEqualTo(1);
            assertThat(expect(heard())).isEqualTo(2);
            assertThat(heard().receive(dev.otp4j.testkit.Expect.QUIET)).isEmpty();
        }

        @Test
        void aCallInTheGapIsAnsweredByTheNextHolder() {
            Name<Object> name = Name.create("held", Vacancy.holding(10));
            Processes.spawn(
                    () -> {
                        eventually("the call is held", () -> name.heldCount() == 1);
                        adopt(name, Subject.create());
                        Processes.sleep(SOON);
                    });

            int reply = name.subject().call(SOON, Count::new);

            assertThat(reply).isZero();
        }

        @Test
        void aCallInTheGapWaitsWithinItsOwnLimit() {
            Duration limit = Duration.ofSeconds(30);
            VirtualTime.run(
                    () -> {
                        Name<Object> name = Name.create("held", Vacancy.holding(10));
                        Runnable call = () -> assertNoReply(name, limit);

                        assertThat(VirtualTime.of(call)).isEqualTo(limit);
                    });
        }

        private static void assertNoReply(Name<Object> vacant, Duration limit) {
            assertThatExceptionOfType(CallException.TimedOut.class)
                    .isThrownBy(() -> vacant.subject().call(limit, Count::new))
                    .withMessageContaining("the name is vacant until its process is started again");
        }

        @Test
        void callsCanBeRefusedWhileSendsWait() {
            Name<Object> name = Name.create("held");
            name.whileVacant(Vacancy.holdingSends(10, "back in a minute"));
            name.subject().send("kept");

            assertThatExceptionOfType(CallException.NotRegistered.class)
                    .isThrownBy(() -> name.subject().call(SOON, Count::new))
                    .withMessage("back in a minute");

            adopt(name);
            assertThat(expect(heard())).isEqualTo("kept");
        }

        @Test
        void aVacancyThatVariesIsAskedAtEachSendAndCall() {
            Name<Object> name = Name.create("varying");
            var now = new AtomicReference<Vacancy>(Vacancy.failing("not yet"));
            name.whileVacant(Vacancy.varying(now::get));
            Subject<Object> subject = name.subject();

            assertThat(subject.trySend("lost")).isEqualTo(Subject.Sent.CLOSED);
            assertThatExceptionOfType(CallException.NotRegistered.class)
                    .isThrownBy(() -> subject.call(SOON, Count::new))
                    .withMessage("not yet");
            now.set(Vacancy.holdingSends(1, "back in a minute"));
            assertThat(subject.trySend("kept")).isEqualTo(Subject.Sent.SENT);
            assertThat(subject.trySend("too much")).isEqualTo(Subject.Sent.FULL);
            assertThatExceptionOfType(CallException.NotRegistered.class)
                    .isThrownBy(() -> subject.call(SOON, Count::new))
                    .withMessage("back in a minute");

            adopt(name);
            assertThat(expect(heard())).isEqualTo("kept");
        }

        @Test
        void anIdleNameTakesNoMemoryForWhatItMayHold() {
            Vacancy holding = Vacancy.holding(1_000);
            int names = 1_000;
            var kept = new Object[names];
            long bytes =
                    allocated(
                            () -> {
                                for (int i = 0; i < names; i++) {
                                    kept[i] = Name.create("idle", holding);
                                }
                            });

            assertThat(bytes / names).isLessThan(200); // an empty queue alone takes 100 more
        }

        @Test
        void whatANameHeldLeavesNothingBehind() {
            Name<Object> name = Name.create("once", Vacancy.holding(1_000));
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 100; i++) name.subject().send(i);
                assertThat(name.heldCount()).isEqualTo(100);

                Pid adopted = adopt(name);

                assertThat(name.heldCount()).isZero();
                assertThat(name.hasHoldingPlace()).isFalse();
                end(adopted);
                eventually("the name is vacant", () -> name.pid().isEmpty());
            }
        }

        /** The least of a few times: what is allocated once does not count. */
        private long allocated(Runnable code) {
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                code.run();
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            return least;
        }

        @Test
        void aVacancyThatVariesIsAskedOutsideOfEveryEngineCall() {
            Name<Object> name = Name.create("varying");
            var self = (ProcessCell) Processes.self();
            var inCall = new ArrayList<Boolean>();
            name.whileVacant(
                    Vacancy.varying(
                            () -> {
                                inCall.add(self.inCall);
                                return Vacancy.holdingSends(10, "later");
                            }));

            name.subject().send("kept");
            assertThatExceptionOfType(CallException.NotRegistered.class)
                    .isThrownBy(() -> name.subject().call(SOON, Count::new));
            assertThat(inCall).isNotEmpty().doesNotContain(true);
        }

        @Test
        void theEndOfEverythingDropsWhatAVaryingNameHoldsAndLeavesTheRestToIt() {
            Name<Object> name = Name.create("varying");
            var now = new AtomicReference<Vacancy>(Vacancy.holding(10));
            name.whileVacant(Vacancy.varying(now::get));
            Subject<Object> subject = name.subject();
            end(adopt(name));
            eventually("the name is vacant", () -> name.pid().isEmpty());
            subject.send("dropped");
            CompletableFuture<Integer> held = subject.callAsync(SOON, Count::new);
            eventually("both are held", () -> name.heldCount() == 2);

            ProcessRuntime.current().abandonNames("all has ended");

            assertThat(held)
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .withMessageContaining("all has ended");
            assertThat(name.heldCount()).isZero();
            assertThat(subject.trySend("kept")).isEqualTo(Subject.Sent.SENT);
            now.set(Vacancy.failing("given up"));
            assertThat(subject.trySend("lost")).isEqualTo(Subject.Sent.CLOSED);
        }

        @Test
        void oneNameThatIsAbandonedFailsUntilItIsAdoptedThoughItVaries() {
            Name<Object> name = Name.create("varying");
            name.whileVacant(Vacancy.varying(() -> Vacancy.holding(10)));
            name.abandon("not started again");

            assertThat(name.subject().trySend("lost")).isEqualTo(Subject.Sent.CLOSED);
            end(adopt(name));
            eventually("the name is vacant", () -> name.pid().isEmpty());
            assertThat(name.subject().trySend("kept")).isEqualTo(Subject.Sent.SENT);
        }

        @Test
        void abandoningFailsHeldCallsAndCountsWhatIsDropped() {
            Name<Object> name = Name.create("held", Vacancy.holding(10));
            long before = ProcessRuntime.current().deadLetters();
            name.subject().send("dropped");
            var failures = new CompletableFuture<Throwable>();
            Processes.spawn(
                    () -> {
                        try {
                            name.subject().callForever(Count::new);
                        } catch (CallException e) {
                            failures.complete(e);
                        }
                    });
            eventually("the call is held", () -> name.heldCount() == 2);

            name.abandon("closed for good");

            assertThat(get(failures))
                    .isInstanceOf(CallException.NotRegistered.class)
                    .hasMessage("closed for good");
            assertThat(ProcessRuntime.current().deadLetters()).isEqualTo(before + 2);
            assertThatExceptionOfType(NotRegisteredException.class)
                    .isThrownBy(() -> name.subject().send("x"))
                    .withMessage("closed for good");
        }

        @Test
        void anAdoptionAfterAbandoningHoldsAgain() {
            Name<Object> name = Name.create("held", Vacancy.holding(10));
            name.abandon("closed");
            Pid first = adopt(name);
            end(first);

            assertThat(name.subject().trySend("kept")).isEqualTo(Subject.Sent.SENT);
        }

        @Test
        void abandoningAHeldNameDoesNothing() {
            Name<Object> name = Name.create("held", Vacancy.holding(10));
            Pid holder = adopt(name);

            name.abandon("no");

            name.subject().send("through");
            assertThat(expect(heard())).isEqualTo("through");
            end(holder);
            assertThat(name.subject().trySend("kept")).isEqualTo(Subject.Sent.SENT);
        }

        @Test
        void theCalleesDeathFailsAnAdoptedCall() {
            Name<Object> name = Name.create("held", Vacancy.holding(10));
            Pid adopter =
                    Processes.spawnUnlinked(
                            () -> {
                                eventually("the call is held", () -> name.heldCount() == 1);
                                Processes.register(Processes.self(), name);
                                Processes.exit(ExitReason.abnormal("adopter"));
                            });

            assertThatExceptionOfType(CallException.CalleeDown.class)
                    .isThrownBy(() -> name.subject().callForever(Count::new))
                    .satisfies(
                            e -> assertThat(e.reason()).isEqualTo(ExitReason.abnormal("adopter")));
            expectDown(adopter);
        }

        @Test
        void aLimitBelowOneIsRefused() {
            assertThatIllegalArgumentException().isThrownBy(() -> Vacancy.holding(0));
        }

        private record Numbered(int sender, int number) {}

        private static void sendAll(Name<Object> name, int sender, int messages) {
            for (int i = 0; i < messages; i++) {
                name.subject().send(new Numbered(sender, i));
                if (i % 100 == 0) Thread.yield();
            }
        }

        /** Adopts the name, passes some messages on, and ends with the others in its mailbox. */
        private static void passSomeOn(Name<Object> name, Subject<Object> heard) {
            Processes.register(Processes.self(), name);
            for (int i = 0; i < 500; i++) {
                var message = name.subject().receive(Duration.ofMillis(2));
                if (message.isEmpty()) return;
                heard.send(message.get());
            }
        }

        /**
         * While several processes send, one holder after another adopts the name. What is in the
         * mailbox of a holder that ends is lost, so numbers may be missing; none comes late.
         */
        @Test
        @Tag("race")
        @Timeout(60)
        @Rule({"S-03", "R-07"})
        void eachSendersOrderHoldsAcrossAdoptions() {
            int senders = 3;
            Subject<Object> heard = heard();
            Name<Object> name = Name.create("held", Vacancy.holding(Integer.MAX_VALUE));
            var sending = new CountDownLatch(senders);
            var adopted = new CountDownLatch(1);
            var sent = new CountDownLatch(senders);
            for (int s = 0; s < senders; s++) {
                int sender = s;
                Processes.spawn(
                        () -> {
                            sendAll(name, sender, 20_000);
                            sending.countDown();
                            Expect.await(adopted);
                            name.subject().send(new Numbered(sender, 20_000)); // is not lost
                            sent.countDown();
                        });
            }

            int adoptions = 0;
            boolean all = false;
            while (!all) {
                // then this holder is the last one but the test
                all = adoptions > 0 && sending.getCount() == 0;
                expectDown(Processes.spawnUnlinked(() -> passSomeOn(name, heard)));
                adoptions++;
            }
            Processes.register(Processes.self(), name);
            adopted.countDown();
            Expect.await(sent);
            name.subject().send("end"); // behind all that is held or sent

            int[] next = new int[senders];
            Selector<Object> everything =
                    Selector.<Object>create().select(heard).select(name.subject());
            for (Object message = everything.receiveForever();
                    message instanceof Numbered(int sender, int number);
                    message = everything.receiveForever()) {
                assertThat(number).as("sender " + sender).isGreaterThanOrEqualTo(next[sender]);
                next[sender] = number + 1;
            }
            assertThat(next).as("heard of each sender").containsOnly(20_001);
            assertThat(adoptions).isGreaterThan(1);
        }

        /** The sender is reached by the new holder only when all that was held is there. */
        @Test
        @Tag("race")
        @Timeout(60)
        void whatIsSentDuringAnAdoptionComesAfterWhatIsHeld() {
            int messages = 4_000;
            for (int round = 0; round < 50; round++) {
                Name<Object> name = Name.create("held", Vacancy.holding(Integer.MAX_VALUE));
                Subject<Object> heard = Subject.create();
                var halfWay = new CountDownLatch(1);
                Processes.spawn(
                        () -> {
                            for (int i = 0; i < messages; i++) {
                                name.subject().send(i);
                                if (i == messages / 2) halfWay.countDown();
                            }
                        });
                await(halfWay);

                Pid holder = adopt(name, heard);

                for (int i = 0; i < messages; i++) assertThat(expect(heard)).isEqualTo(i);
                end(holder);
            }
        }

        @Test
        @Tag("race")
        @Timeout(60)
        void whatIsHeldIsNeverLostAtTheAdoption() {
            for (int round = 0; round < 1_000; round++) {
                Name<Object> name = Name.create("held", Vacancy.holding(1_000));
                int each = 5;
                Subject<Object> to = Subject.create();
                for (int s = 0; s < 2; s++) {
                    int sender = s;
                    Processes.spawn(
                            () -> {
                                for (int i = 0; i < each; i++)
                                    name.subject().send(sender * 100 + i);
                            });
                }

                Pid holder = adopt(name, to);

                int[] next = {0, 100};
                for (int i = 0; i < 2 * each; i++) {
                    int message = (Integer) expect(to);
                    assertThat(message).isEqualTo(next[message / 100]++);
                }
                end(holder);
            }
        }
    }
}

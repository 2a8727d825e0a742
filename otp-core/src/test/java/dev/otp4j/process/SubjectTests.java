/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@OtpTest
class SubjectTests {
    private final Duration now = Duration.ZERO;

    @Nested
    class Sending {
        @Test
        @Rule("S-02")
        void anyThreadMaySendAndNobodyWaits() {
            Subject<Integer> own = Subject.create();

            outside(
                    () -> {
                        for (int i = 0; i < 50_000; i++) own.send(i);
                    });

            assertThat(ProcessInfo.mailboxSize(Processes.self())).isEqualTo(50_000);
            assertThat(own.receive(now)).contains(0);
        }

        @Test
        @Rule({"S-03", "P-23"})
        void orderHoldsOverAllSubjectsOfOneOwner() {
            Subject<Integer> odd = Subject.create();
            Subject<Integer> even = Subject.create();
            for (int i = 0; i < 100; i++) (i % 2 == 0 ? even : odd).send(i);
            Selector<Integer> both = Selector.<Integer>create().select(odd).select(even);

            for (int i = 0; i < 100; i++) assertThat(both.receive(now)).contains(i);
        }

        @Test
        @Rule({"S-07", "P-31"})
        void toTheDeadIsDroppedSilently() {
            Subject<Subject<String>> doors = Subject.create();
            Pid pid = Processes.spawnUnlinked(() -> doors.send(Subject.create()));
            Subject<String> door = expect(doors);
            expectDown(pid);
            long before = ProcessRuntime.current().deadLetters();

            door.send("late");

            assertThat(door.trySend("later")).isEqualTo(Subject.Sent.CLOSED);
            assertThat(door.owner()).isEqualTo(pid);
            assertThat(ProcessRuntime.current().deadLetters()).isEqualTo(before + 2);
        }

        @Test
        @Rule("S-10")
        void toAVacantNameFailsInTheSender() {
            Name<String> name = Name.create("nobody");

            assertThatExceptionOfType(NotRegisteredException.class)
                    .isThrownBy(() -> name.subject().send("x"))
                    .withMessageContaining("nobody");
            assertThat(name.subject().trySend("x")).isEqualTo(Subject.Sent.CLOSED);
        }

        @Test
        void nullIsRefused() {
            Subject<String> own = Subject.create();

            assertThatNullPointerException().isThrownBy(() -> own.send(null));
        }
    }

    @Nested
    class Receiving {
        @Test
        @Rule("S-01")
        void isForTheOwnerOnlyAndConsumesNothing() {
            Subject<String> own = Subject.create();
            own.send("mine");
            Subject<String> told = Subject.create();
            Processes.spawn(
                    () -> {
                        try {
                            own.receive(now);
                        } catch (IllegalStateException e) {
                            told.send(e.getMessage());
                        }
                    });

            assertThat(expect(told)).contains("owned by").contains("current process is");
            assertThat(own.receive(now)).contains("mine");
            assertThatIllegalStateException().isThrownBy(() -> outside(() -> own.receive(now)));
        }

        @Test
        @Rule({"S-04", "S-11"})
        void takesTheOldestOfThatSubjectOnly() {
            Subject<String> a = Subject.create();
            Subject<String> b = Subject.create();
            a.send("a1");
            b.send("b1");
            a.send("a2");
            b.send("b2");

            assertThat(b.receive(now)).contains("b1");
            assertThat(a.receive(now)).contains("a1");
            assertThat(b.receive(now)).contains("b2");
            assertThat(a.receive(now)).contains("a2");
            assertThat(a).isNotEqualTo(b);
            assertThat(anythingComes()).isFalse();
        }

        @Test
        @Rule("S-05")
        void withTimeoutZeroTakesWhatIsThere() {
            Subject<String> own = Subject.create();

            assertThat(own.receive(now)).isEmpty();
            own.send("there");
            assertThat(own.receive(now)).contains("there");
        }

        @Test
        @Rule("S-05")
        void consumesNothingWhenItTimesOut() {
            Subject<String> own = Subject.create();
            Subject<String> other = Subject.create();
            other.send("kept");

            assertThat(own.receive(Duration.ofMillis(20))).isEmpty();

            assertThat(ProcessInfo.mailboxSize(Processes.self())).isEqualTo(1);
            assertThat(other.receive(now)).contains("kept");
            assertThat(ProcessInfo.mailboxSize(Processes.self())).isZero();
        }

        @Test
        @Rule("S-06")
        void isNotProlongedByOtherMessages() {
            Duration limit = Duration.ofMillis(100);
            VirtualTime.run(
                    () -> {
                        Subject<String> own = Subject.create();
                        Subject<Integer> noise = Subject.create();
                        for (int i = 0; i < 50; i++) noise.sendAfter(Duration.ofMillis(3L * i), i);

                        Runnable receive = () -> assertThat(own.receive(limit)).isEmpty();

                        assertThat(VirtualTime.of(receive)).isEqualTo(limit);
                    });
        }

        @Test
        void aNegativeTimeoutIsRefused() {
            Subject<String> own = Subject.create();

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> own.receive(Duration.ofMillis(-1)))
                    .withMessageContaining("'timeout' must not be negative");
        }

        @Test
        @Rule("S-05")
        void aTimedOutReceiveInsideAnActorLeavesItIdleAfterwards() {
            Subject<Integer> done = Subject.create();
            var actor =
                    dev.otp4j.actor.Actor.startingWith(() -> 0)
                            .onMessage(
                                    (Integer n, String m) -> {
                                        Subject<String> never = Subject.create();
                                        never.receive(Duration.ofMillis(1));
                                        done.send(n);
                                        return dev.otp4j.actor.Next.continueWith(n + 1);
                                    })
                            .start();
            for (int i = 0; i < 20; i++) actor.data().send("go");
            for (int i = 0; i < 20; i++) assertThat(expect(done)).isEqualTo(i);

            dev.otp4j.testkit.Expect.eventually(
                    "idle",
                    () ->
                            ProcessInfo.of(actor.pid()).state() == ProcessInfo.State.IDLE
                                    && ProcessInfo.mailboxSize(actor.pid()) == 0);
        }

        @Test
        @Rule("S-19")
        void flushDropsEverything() {
            Processes.trapExits(true);
            Subject<String> own = Subject.create();
            own.send("a");
            Pid child = Processes.spawn(() -> {});
            expectDown(child);
            own.receive(now);
            own.send("b");

            Processes.flushMessages();

            assertThat(anythingComes()).isFalse();
        }

        /** Each of these would look at 100,000 messages each time: for minutes. */
        @Test
        @Rule("S-21")
        void aReceiveDoesNotRescanWhatItPutAside() {
            Subject<Integer> backlog = Subject.create();
            Subject<Integer> replies = Subject.create();
            for (int i = 0; i < 100_000; i++) backlog.send(i);
            long start = System.nanoTime();

            for (int i = 0; i < 20_000; i++) {
                replies.send(i);
                assertThat(replies.receive(SOON)).contains(i);
                Subject<Integer> fresh = Subject.create();
                fresh.send(i);
                assertThat(fresh.receive(SOON)).contains(i);
                var either =
                        Selector.<Integer>create()
                                .select(replies)
                                .select(Subject.<Integer>create());
                replies.send(-i);
                assertThat(either.receive(SOON)).contains(-i);
            }

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            for (int i = 0; i < 100_000; i++) assertThat(backlog.receive(SOON)).contains(i);
        }

        /** What one selector refused another may want. */
        @Test
        @Rule({"S-04", "S-12", "S-13"})
        void whatWasPutAsideIsFoundByWhoeverTakesMore() {
            Subject<String> a = Subject.create();
            Subject<String> b = Subject.create();
            Subject<String> c = Subject.create();
            Pid dead = Processes.spawnUnlinked(() -> {});
            Monitor monitor = Processes.monitor(dead);
            expectDown(dead); // of a younger monitor, which is told first
            eventually("the DOWN is queued", () -> ProcessInfo.mailboxSize(Processes.self()) == 1);
            var none = Selector.<String>create();
            var some = none.select(b).selectMonitor(monitor, down -> "down");
            b.send("b1");
            a.send("a1");
            c.send("c1");
            a.send("a2");

            assertThat(none.receive(Duration.ZERO)).isEmpty();
            assertThat(none.selectMonitors(down -> "any").receive(Duration.ZERO)).contains("any");
            assertThat(none.receive(Duration.ZERO)).isEmpty();
            assertThat(none.select(c).select(Subject.create()).receive(Duration.ZERO))
                    .contains("c1");
            assertThat(none.selectTrappedExits(exit -> "exit").receive(Duration.ZERO)).isEmpty();
            assertThat(none.select(a).receive(Duration.ZERO)).contains("a1");
            assertThat(none.select(Subject.create()).receive(Duration.ZERO)).isEmpty();
            assertThat(some.receive(Duration.ZERO)).contains("b1");
            assertThat(some.select(a).receive(Duration.ZERO)).contains("a2");
            assertThat(none.selectOther(Object::toString).receive(Duration.ZERO)).isEmpty();
        }

        @Test
        @Rule("S-21")
        void aCallDoesNotScanALargeBacklog() {
            Subject<Integer> backlog = Subject.create();
            for (int i = 0; i < 100_000; i++) backlog.send(i);
            var echo =
                    dev.otp4j.actor.Actor.startingWith(() -> 0)
                            .onMessage(
                                    (Integer n, Subject<Integer> reply) -> {
                                        reply.send(n);
                                        return dev.otp4j.actor.Next.continueWith(n + 1);
                                    })
                            .start();
            long start = System.nanoTime();

            for (int i = 0; i < 1_000; i++) {
                int reply = echo.data().call(SOON, (Subject<Integer> to) -> to);
                assertThat(reply).isEqualTo(i);
            }

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }

    @Nested
    class Named {
        @Test
        @Rule({"S-08", "S-11"})
        void knowsItsNameAndItsHolder() {
            Name<String> name = Name.create("holder");
            Subject<String> unnamed = Subject.create();

            assertThat(Subject.named(name)).isSameAs(name.subject());
            assertThat(name.subject().name()).containsSame(name);
            assertThat(unnamed.name()).isEmpty();
            assertThat(unnamed.owner()).isEqualTo(Processes.self());
            assertThatExceptionOfType(NotRegisteredException.class)
                    .isThrownBy(() -> name.subject().owner());
            Processes.register(Processes.self(), name);
            assertThat(name.subject().owner()).isEqualTo(Processes.self());
        }

        @Test
        @Rule("S-09")
        void isResolvedAtEachSend() {
            Name<String> name = Name.create("moving");
            Subject<String> subject = name.subject();
            Subject<String> heard = Subject.create();
            for (int i = 0; i < 3; i++) {
                Subject<Boolean> ready = Subject.create();
                String text = "to " + i;
                Pid holder =
                        Processes.spawn(
                                () -> {
                                    Processes.register(Processes.self(), name);
                                    ready.send(true);
                                    heard.send(name.subject().receiveForever());
                                });
                Monitor monitor = Processes.monitor(holder);
                expect(ready);

                subject.send(text);

                assertThat(expect(heard)).isEqualTo(text);
                expectDown(monitor);
            }
        }
    }

    @Nested
    class Selecting {
        private final List<String> results = new ArrayList<>();

        private void drain(Selector<String> selector) {
            results.clear();
            for (var next = selector.receive(now); next.isPresent(); next = selector.receive(now)) {
                results.add(next.get());
            }
        }

        @Test
        @Rule("S-12")
        void selectorsAreValues() {
            Subject<String> a = Subject.create();
            Subject<String> b = Subject.create();
            Selector<String> onlyA = Selector.<String>create().select(a);
            onlyA.select(b);
            onlyA.deselect(a);
            onlyA.map(s -> "mapped " + s);
            onlyA.merge(Selector.<String>create().selectOther(o -> "other"));
            b.send("b");
            a.send("a");

            drain(onlyA);

            assertThat(results).containsExactly("a");
        }

        @Test
        @Rule("S-13")
        void mailboxOrderCountsNotTheOrderOfAdding() {
            Subject<String> a = Subject.create();
            Subject<String> b = Subject.create();
            b.send("b1");
            a.send("a1");
            b.send("b2");

            drain(Selector.<String>create().select(a).select(b));

            assertThat(results).containsExactly("b1", "a1", "b2");
        }

        @Test
        @Rule("S-14")
        void onAClashTheLaterHandlerWins() {
            Processes.trapExits(true);
            Subject<String> a = Subject.create();
            Pid dead = Processes.spawn(() -> Processes.sleep(SOON));
            Monitor monitor = Processes.monitor(dead);
            Selector<String> first = handlers("first", a, monitor);
            Selector<String> second = handlers("second", a, monitor);
            a.send("x");
            Processes.kill(dead);
            Subject.<String>create().send("unselected");

            drain(first.merge(second));

            assertThat(results)
                    .containsExactlyInAnyOrder(
                            "second a", "second monitor", "second exit", "second other");
            a.send("x");
            drain(
                    Selector.<String>create()
                            .selectMap(a, m -> "earlier")
                            .selectMap(a, m -> "later"));
            assertThat(results).containsExactly("later");
        }

        private Selector<String> handlers(String by, Subject<String> subject, Monitor monitor) {
            return Selector.<String>create()
                    .selectMap(subject, m -> by + " a")
                    .selectMonitor(monitor, d -> by + " monitor")
                    .selectTrappedExits(e -> by + " exit")
                    .selectOther(o -> by + " other");
        }

        @Test
        @Rule("S-15")
        void deselectedMessagesStayQueued() {
            Subject<String> a = Subject.create();
            Subject<String> b = Subject.create();
            a.send("a");
            b.send("b");

            drain(Selector.<String>create().select(a).select(b).deselect(a).deselect(a));

            assertThat(results).containsExactly("b");
            assertThat(a.receive(now)).contains("a");
        }

        @Test
        @Rule("S-16")
        void otherTakesWhatNobodyElseTakes() {
            Processes.trapExits(true);
            Subject<String> a = Subject.create();
            Subject<String> b = Subject.create();
            a.send("a");
            b.send("b");
            Pid child = Processes.spawn(() -> Processes.sleep(SOON));
            Processes.monitor(child);
            Processes.kill(child);

            drain(
                    Selector.<String>create()
                            .selectOther(o -> o.getClass().getSimpleName())
                            .select(a));

            assertThat(results)
                    .startsWith("a", "String")
                    .contains("ExitMessage", "Down")
                    .hasSize(4);
        }

        @Test
        @Rule("S-17")
        void oneMonitorOrAnyMonitor() {
            Pid one = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
            Pid two = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
            Monitor ofOne = Processes.monitor(one);
            Monitor ofTwo = Processes.monitor(two);
            Processes.kill(one);
            Processes.kill(two);

            drain(Selector.<String>create().selectMonitor(ofTwo, d -> "two"));
            assertThat(results).containsExactly("two");
            drain(
                    Selector.<String>create()
                            .selectMonitor(ofOne, d -> "one")
                            .deselectMonitor(ofOne));
            assertThat(results).isEmpty();
            drain(Selector.<String>create().selectMonitors(d -> "any"));
            assertThat(results).containsExactly("any");
        }

        @Test
        @Rule("S-18")
        void withoutTrappingThereAreNoExitMessages() {
            Pid child = Processes.spawn(() -> {});
            expectDown(child);

            drain(Selector.<String>create().selectTrappedExits(e -> "exit"));

            assertThat(results).isEmpty();
        }

        @Test
        @Rule("S-12")
        void mapChangesEveryHandler() {
            Processes.trapExits(true);
            Subject<String> a = Subject.create();
            a.send("x");
            Pid child = Processes.spawn(() -> Processes.sleep(SOON));
            Monitor monitor = Processes.monitor(child);
            Processes.kill(child);

            drain(handlers("by", a, monitor).map(s -> "mapped " + s));

            assertThat(results)
                    .containsExactlyInAnyOrder(
                            "mapped by a", "mapped by monitor", "mapped by exit");
        }
    }
}

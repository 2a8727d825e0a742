/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.actor.Keeper.BROKEN;
import static dev.otp4j.actor.Keeper.keep;
import static dev.otp4j.actor.Keeper.keeper;
import static dev.otp4j.actor.Keeper.seenBy;
import static dev.otp4j.actor.Keeper.unlinked;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Keeper.Get;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which messages an actor gets, and in which order. */
@OtpTest
class ActorMessageTests {
    @Test
    @Rule("A-10")
    void oneMessageAtATimeInMailboxOrder() {
        Subject<Object> actor = keeper().start().data();
        var expected = new ArrayList<Object>();
        for (int i = 0; i < 3_000; i++) {
            actor.send(i);
            expected.add(i);
        }

        assertThat(seenBy(actor)).isEqualTo(expected);
    }

    @Test
    @Rule("A-10")
    void neverTwoAtOnce() {
        var inside = new AtomicInteger();
        var overlaps = new AtomicInteger();
        Subject<Object> actor =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer n, Object m) -> {
                                    if (inside.incrementAndGet() > 1) overlaps.incrementAndGet();
                                    if (m instanceof Get(var to)) to.send(n);
                                    inside.decrementAndGet();
                                    return Next.continueWith(n + 1);
                                })
                        .start()
                        .data();
        var pids = new ArrayList<Monitor>();
        for (int s = 0; s < 4; s++) {
            Pid pid =
                    Processes.spawnUnlinked(
                            () -> {
                                for (int i = 0; i < 2_000; i++) actor.send(i);
                            });
            pids.add(Processes.monitor(pid));
        }
        for (Monitor monitor : pids) expectDown(monitor);

        assertThat(actor.call(SOON, Get::new)).isEqualTo(8_000);
        assertThat(overlaps).hasValue(0);
    }

    @Test
    @Rule("A-09")
    void aSelectorOfTheInitialiserReplacesTheDefault() {
        Subject<Subject<String>> doors = Subject.create();
        Subject<Object> actor =
                Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                SOON,
                                init -> {
                                    Subject<String> own = Subject.create();
                                    doors.send(own);

                                    Selector<Object> selector =
                                            Selector.<Object>create()
                                                    .select(own)
                                                    .selectOther(
                                                            o ->
                                                                    o instanceof Get
                                                                            ? o
                                                                            : "other " + o);
                                    return init.state(List.of()).selecting(selector);
                                })
                        .onMessage(Keeper::keep)
                        .start()
                        .data();
        expect(doors).send("selected");
        actor.send("default");

        assertThat(seenBy(actor)).isEqualTo(List.of("selected", "other default"));
    }

    @Test
    @Rule({"A-11", "A-12"})
    void aNewSelectorReplacesTheOldOneEntirely() {
        var warnings = new LogLines(Actor.class.getName());
        Subject<Subject<Object>> doors = Subject.create();
        Subject<Object> actor =
                Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                SOON,
                                init -> {
                                    Subject<Object> first = Subject.create();
                                    Subject<Object> second = Subject.create();
                                    doors.send(first);
                                    doors.send(second);
                                    return init.state(List.<Object>of(second))
                                            .selecting(Selector.<Object>create().select(first));
                                })
                        .onMessage(
                                (List<Object> state, Object message) -> {
                                    if (message.equals("switch")) {
                                        @SuppressWarnings("unchecked")
                                        var second = (Subject<Object>) state.getFirst();

                                        Selector<Object> other =
                                                Selector.<Object>create().select(second);
                                        return Next.<List<Object>, Object>continueWith(List.of())
                                                .withSelector(other);
                                    }
                                    return keep(state, message);
                                })
                        .start()
                        .data();
        Subject<Object> first = expect(doors);
        Subject<Object> second = expect(doors);
        try (warnings) {
            first.send("switch");
            first.send("unexpected now");
            second.send("selected now");

            Object seen = second.call(SOON, Get::new);

            assertThat(seen).isEqualTo(List.of("selected now"));
            assertThat(warnings.matching("discards an unexpected message"))
                    .singleElement()
                    .asString()
                    .startsWith(actor.owner().toString());
        }
        assertThat(Processes.isAlive(actor.owner())).isTrue();
    }

    @Test
    @Rule("A-12")
    void anUnexpectedMessageIsLoggedAndDropped() {
        Subject<Subject<Integer>> doors = Subject.create();
        Subject<Object> actor =
                Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                SOON,
                                init -> {
                                    doors.send(Subject.create());
                                    return init.state(List.of());
                                })
                        .onMessage(Keeper::keep)
                        .start()
                        .data();
        try (var warnings = new LogLines(Actor.class.getName())) {
            expect(doors).send(42);
            actor.send("expected");

            assertThat(seenBy(actor)).isEqualTo(List.of("expected"));
            assertThat(warnings.matching("discards an unexpected message"))
                    .singleElement()
                    .asString()
                    .startsWith(actor.owner().toString());
        }
    }

    @Test
    @Rule("P-33")
    void nothingIsHandledAfterAFatalSignal() {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var handled = new AtomicInteger();
        Started<Subject<Object>> actor =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer n, Object m) -> {
                                    handled.incrementAndGet();
                                    entered.countDown();
                                    stubbornly(release);
                                    return Next.continueWith(n + 1);
                                })
                        .start();
        unlinked(actor.pid());
        for (int i = 0; i < 10; i++) actor.data().send(i);
        stubbornly(entered);

        Processes.exit(actor.pid(), BROKEN);
        release.countDown();

        assertThat(anythingComes()).isFalse();
        assertThat(handled).hasValue(1);
    }
}

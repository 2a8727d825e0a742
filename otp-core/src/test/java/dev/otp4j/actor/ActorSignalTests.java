/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.actor.Keeper.BROKEN;
import static dev.otp4j.actor.Keeper.keeper;
import static dev.otp4j.actor.Keeper.unlinked;
import static dev.otp4j.testkit.Expect.QUIET;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Keeper.Get;
import dev.otp4j.actor.Keeper.Stop;
import dev.otp4j.actor.Keeper.Throw;
import dev.otp4j.process.ExitMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exit signals to an actor, and its terminate callback. */
@OtpTest
class ActorSignalTests {
    private final List<Object> terminated = new ArrayList<>();

    private ActorBuilder<List<Object>, Object, Subject<Object>> trapper() {
        return keeper().onTerminate((state, reason) -> terminated.add(reason));
    }

    @Test
    @Rule("A-17")
    void aLinkedProcesssEndTakesAPlainActorAlong() {
        Processes.trapExits(true);
        Pid peer = Processes.spawn(() -> Processes.sleep(SOON));
        Started<Subject<Object>> actor =
                Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                SOON,
                                init -> {
                                    Processes.link(peer);
                                    return init.state(List.of());
                                })
                        .onMessage(Keeper::keep)
                        .start();

        Processes.exit(peer, BROKEN);

        assertThat(expectExit().reason()).isEqualTo(BROKEN);
        assertThat(expectExit().reason()).isEqualTo(BROKEN);
        assertThat(Processes.isAlive(actor.pid())).isFalse();
    }

    static Stream<ExitReason> parentReasons() {
        return ActorEndTests.reasons();
    }

    @ParameterizedTest
    @MethodSource("parentReasons")
    @Rule({"A-18", "A-20", "TR-11"})
    void anExitOfTheParentEndsATrappingActor(ExitReason reason) {
        Processes.trapExits(true);
        Started<Subject<Object>> actor = trapper().start();

        Processes.exit(actor.pid(), reason);

        assertThat(expectExit(actor.pid())).isEqualTo(reason);
        assertThat(terminated).containsExactly(reason);
    }

    @ParameterizedTest
    @MethodSource("parentReasons")
    @Rule({"A-18", "TR-11"})
    void theParentsDeathEndsATrappingActor(ExitReason reason) {
        var started = new CompletableFuture<Pid>();
        var end = new CountDownLatch(1);
        Processes.spawnUnlinked(
                () -> {
                    started.complete(trapper().start().pid());
                    stubbornly(end);
                    Processes.exit(reason);
                });
        Pid actor = get(started);
        Monitor monitor = Processes.monitor(actor);
        end.countDown();

        assertThat(expectDown(monitor)).isEqualTo(reason);
        assertThat(terminated).containsExactly(reason);
    }

    @Test
    @Rule({"A-19", "TR-11"})
    void anExitOfAStrangerIsAMessage() {
        Subject<Object> seen = Subject.create();
        Started<Subject<Object>> actor =
                Actor.<Integer, Object, Subject<Object>>withInitializer(
                                SOON,
                                init -> {
                                    init.trapExits();
                                    return init.state(0)
                                            .selecting(
                                                    Selector.<Object>create()
                                                            .select(init.self())
                                                            .selectTrappedExits(e -> e));
                                })
                        .onMessage(
                                (Integer n, Object m) -> {
                                    seen.send(m);
                                    return Next.continueWith(n);
                                })
                        .start();
        for (ExitReason reason : ActorEndTests.reasons().toList()) {
            Pid stranger = Processes.spawnUnlinked(() -> Processes.exit(actor.pid(), reason));

            assertThat(expect(seen)).isEqualTo(new ExitMessage(stranger, reason));
        }
        assertThat(Processes.isAlive(actor.pid())).isTrue();
    }

    @Test
    @Rule({"P-08", "TR-11"})
    void normalIsNoStopButton() {
        Pid actor = keeper().start().pid();
        Pid stranger = Processes.spawnUnlinked(() -> Processes.exit(actor, ExitReason.NORMAL));
        expectDown(stranger);
        Processes.exit(actor, ExitReason.NORMAL);

        assertThat(Processes.isAlive(actor)).isTrue();
    }

    @Test
    @Rule("A-20")
    void theTerminateCallbackRunsOnceForStopAndCrash() {
        for (Object last : List.of(new Stop(BROKEN), new Throw(new IllegalStateException()))) {
            terminated.clear();
            Started<Subject<Object>> actor = trapper().start();
            unlinked(actor.pid());
            Monitor monitor = Processes.monitor(actor.pid());

            actor.data().send(last);

            ExitReason reason = expectDown(monitor);
            assertThat(terminated).containsExactly(reason);
        }
    }

    @Test
    @Rule({"A-20", "K-09"})
    void theTerminateCallbackDoesNotRunForAKillOrAFailedInitialiser() {
        Pid actor = unlinked(trapper().start().pid());
        Processes.kill(actor);
        Processes.trapExits(true);
        Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                        SOON,
                        init -> {
                            throw init.fail("no");
                        })
                .onMessage(Keeper::keep)
                .onTerminate((state, reason) -> terminated.add(reason))
                .tryStart();

        assertThat(Selector.create().receive(QUIET)).isEmpty();
        assertThat(terminated).isEmpty();
    }

    @Test
    @Rule("A-21")
    void duringTheTerminateCallbackTheActorIsAlive() {
        Name<Object> name = Name.create("ending");
        Subject<Object> told = Subject.create();
        Subject<Object> helper = keeper().start().data();
        Started<Subject<Object>> actor =
                keeper().named(name)
                        .onTerminate(
                                (state, reason) -> {
                                    told.send(Processes.isAlive(Processes.self()));
                                    told.send(
                                            name.pid()
                                                    .filter(Processes.self()::equals)
                                                    .isPresent());
                                    told.send(helper.call(SOON, Get::new));
                                })
                        .start();
        unlinked(actor.pid());
        Monitor monitor = Processes.monitor(actor.pid());

        actor.data().send(new Stop(ExitReason.NORMAL));

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.NORMAL);
        assertThat(expect(told)).isEqualTo(true);
        assertThat(expect(told)).isEqualTo(true);
        assertThat(expect(told)).isEqualTo(List.of());
    }

    @Test
    @Rule("A-20")
    void overridingTheCallbackMakesAClassTrap() {
        class Plain implements Actor<Integer, Object> {
            @Override
            public Integer init(Subject<Object> self) {
                return 0;
            }

            @Override
            public Next<Integer, Object> onMessage(Integer n, Object message) {
                return Next.continueWith(n);
            }
        }
        class Ending extends Plain {
            @Override
            public void onTerminate(Integer n, ExitReason reason) {
                terminated.add(reason);
            }
        }
        Pid plain = Actor.of(Plain::new).start().pid();
        Pid ending = Actor.of(Ending::new).start().pid();

        assertThat(ProcessInfo.of(plain).trapsExits()).isFalse();
        assertThat(ProcessInfo.of(ending).trapsExits()).isTrue();
        Processes.unlink(ending);
        Monitor monitor = Processes.monitor(ending);
        Processes.exit(ending, ExitReason.SHUTDOWN);
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(terminated).containsExactly(ExitReason.SHUTDOWN);
    }
}

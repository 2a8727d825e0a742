/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem.State;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stop that a process asks for which is to be stopped itself. */
@Timeout(30)
class StopFromWithinTests {
    private final AtomicReference<Subject<Supplier<Boolean>>> actor = new AtomicReference<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Boolean> answer = new CompletableFuture<>();

    private OtpSystem.Builder builder(String name) {
        return Trees.system(
                name,
                ChildSpecification.worker(
                        "a",
                        () -> {
                            var started = actor().start();
                            actor.set(started.data());
                            return started;
                        }));
    }

    private dev.otp4j.actor.ActorBuilder<Integer, Supplier<Boolean>, Subject<Supplier<Boolean>>>
            actor() {
        return Actor.startingWith(() -> 0)
                .onMessage(
                        (Integer handled, Supplier<Boolean> code) -> {
                            answer.complete(code.get());
                            events.add("handled");
                            return Next.continueWith(handled + 1);
                        })
                .onTerminate((handled, reason) -> events.add("terminated: " + reason));
    }

    private void assertStopsWhen(OtpSystem system, Supplier<Boolean> code) {
        system.start();
        var terminated = system.whenTerminated().toCompletableFuture();

        actor.get().send(code);

        assertThat(get(answer)).isFalse();
        assertThat(get(terminated)).isEqualTo(ExitReason.SHUTDOWN);
        eventually("it is stopped", () -> system.state() == State.STOPPED);
        assertThat(events).containsExactly("handled", "terminated: shutdown");
    }

    @Test
    @Rule("B-03")
    void aHandlerThatStopsItsOwnSystemGoesOnAndTheSystemStopsInOrder() {
        try (OtpSystem system = builder("shop").build()) {
            assertStopsWhen(system, () -> system.stop(Duration.ofSeconds(20)));

            system.start(); // it is whole
            assertThat(system.state()).isEqualTo(State.RUNNING);
        }
    }

    @Test
    @Rule("B-03")
    void soDoesOneThatClosesIt() {
        OtpSystem system = builder("shop").build();
        assertStopsWhen(
                system,
                () -> {
                    system.close();
                    return false;
                });
    }

    @Test
    @Rule("B-03")
    void soDoesCodeThatAHandlerRunsOutside() {
        try (OtpSystem system = builder("shop").build()) {
            assertStopsWhen(
                    system, () -> Processes.outside(() -> system.stop(Duration.ofSeconds(20))));
        }
    }

    @Test
    @Rule({"B-03", "B-04"})
    void aHandlerMayStopTheSystemThatItsOwnDependsOn() {
        try (OtpSystem store =
                        OtpSystem.builder("store").root(StaticSupervisor::oneForOne).build();
                OtpSystem shop = builder("shop").dependsOn(store).build()) {
            assertStopsWhen(shop, () -> store.stop(Duration.ofSeconds(20)));

            eventually("the store is stopped", () -> store.state() == State.STOPPED);
        }
    }

    @Test
    @Rule("B-03")
    void aListenerMayStopTheSystemOnWhoseThreadItIsTold() {
        var system = new AtomicReference<OtpSystem>();
        var stopping =
                new ProcessListener() {
                    @Override
                    public void processEnded(Pid pid, ExitReason reason) {
                        if (reason instanceof ExitReason.Abnormal) {
                            answer.complete(system.get().stop(Duration.ofSeconds(20)));
                        }
                    }
                };
        system.set(builder("shop").listener(stopping).build());
        try (OtpSystem stopped = system.get()) {
            stopped.start();
            var terminated = stopped.whenTerminated().toCompletableFuture();

            Processes.outside(() -> actor.get())
                    .send(
                            () -> {
                                throw new IllegalStateException("crash");
                            });

            assertThat(get(answer)).isFalse();
            assertThat(get(terminated)).isEqualTo(ExitReason.SHUTDOWN);
            eventually("it is stopped", () -> stopped.state() == State.STOPPED);
        }
    }

    @Test
    @Rule("B-03")
    void aProcessOfAnotherSystemWaitsForTheStop() {
        try (OtpSystem other =
                        OtpSystem.builder("other").root(StaticSupervisor::oneForOne).build();
                OtpSystem shop = builder("shop").build()) {
            other.start();
            shop.start();

            actor.get().send(() -> other.stop(SOON));

            assertThat(get(answer)).isTrue();
            assertThat(other.state()).isEqualTo(State.STOPPED);
            assertThat(shop.state()).isEqualTo(State.RUNNING);
        }
    }
}

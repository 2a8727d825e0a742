/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Name;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.testkit.Actors;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a name holds for a child of a supervisor while the child is being restarted. */
@Timeout(20)
class HeldMessagesTests {
    private final AtomicInteger starts = new AtomicInteger();

    /** An initialiser that fails at the first restart. */
    private int failOnce() {
        if (starts.incrementAndGet() < 3) throw new IllegalStateException("db down");
        return 0;
    }

    /** The first start leaves the name vacant. */
    private Started<Subject<Integer>> withoutTheName() {
        starts.incrementAndGet();
        return Actors.<Integer>idle().start();
    }

    @Test
    void heldMessagesOutliveAnInitialiserThatFails() {
        Name<Integer> name = Name.create("h", Vacancy.holding(1_000));
        Queue<Integer> got = new ConcurrentLinkedQueue<>();
        var last = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) name.subject().send(i);
        ActorBuilder<Integer, Integer, Subject<Integer>> flaky =
                Actor.startingWith(this::failOnce)
                        .onMessage(
                                (Integer state, Integer message) -> {
                                    got.add(message);
                                    if (message == 99) last.countDown();
                                    return Next.continueWith(state);
                                });
        ChildSpecification<?> child =
                ChildSpecification.worker(
                        "h",
                        () -> starts.get() == 0 ? withoutTheName() : flaky.named(name).start());
        StaticSupervisor.Builder tree =
                StaticSupervisor.oneForOne().restartTolerance(5, Duration.ofSeconds(5)).add(child);
        Started<StaticSupervisor> started = Processes.outside(tree::start);

        Processes.kill(Objects.requireNonNull(started.data().children().getFirst().pid()));

        await(last);
        assertThat(starts).hasValue(3);
        assertThat(List.copyOf(got)).isSorted().hasSize(100);
        Processes.kill(started.pid());
    }

    @Test
    void callsHeldForATreeThatGaveUpFail() {
        Name<Subject<Integer>> name = Name.create("gone", Vacancy.holding(10));
        ChildSpecification<?> child =
                ChildSpecification.worker(
                        "a", () -> Actors.<Subject<Integer>>idle().named(name).start());
        OtpSystem system =
                OtpSystem.builder("s")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(0, Duration.ofSeconds(5))
                                                .add(child))
                        .build();
        system.start();
        Processes.kill(name.subject().owner());

        assertThatThrownBy(() -> name.subject().<Integer>callForever(r -> r))
                .isInstanceOf(CallException.NotRegistered.class)
                .hasMessageContaining("'s' has given up");
    }
}

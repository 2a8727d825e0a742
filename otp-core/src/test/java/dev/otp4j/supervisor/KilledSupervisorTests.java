/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A supervisor is killed and restarted by the one above it, while its children, which have names,
 * still come to their ends.
 */
@Timeout(20)
class KilledSupervisorTests {
    private static final int ROUNDS = 2_000;

    /** A system of a supervisor {@code /sub} with one child, restarted so often at most. */
    private static OtpSystem system(
            int restarts, ActorBuilder<Integer, Integer, Subject<Integer>> actor) {
        ChildSpecification<?> child = ChildSpecification.worker("child", actor::start);
        return OtpSystem.builder("s")
                .root(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .restartTolerance(restarts, Duration.ofSeconds(60))
                                        .add(Trees.of(child).supervised("sub")))
                .build();
    }

    private static void killSupervisor(OtpSystem system) {
        Processes.kill(Objects.requireNonNull(system.find("/sub", 0, 1).orElseThrow().pid()));
    }

    /** Whether the name belongs to another process than that one. */
    private static boolean isTaken(Name<Integer> name, Pid before) {
        Pid now = name.pid().orElse(null);
        return now != null && !now.equals(before);
    }

    /**
     * The children of a killed supervisor still held their names when their successors were
     * started.
     */
    @Test
    void aKilledSupervisorComesBackThoughItsNamedChildrenEndSlowly() {
        Name<Integer> name = Name.create("slow", Vacancy.holding(10));
        var starts = new AtomicInteger();
        var stopping = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        ActorBuilder<Integer, Integer, Subject<Integer>> slow =
                Actors.<Integer>idle(starts::incrementAndGet)
                        .named(name)
                        .initTimeout(Duration.ofSeconds(10))
                        .onTerminate(
                                (state, reason) -> {
                                    stopping.countDown();
                                    release.await();
                                });
        OtpSystem system = system(1, slow);
        system.start();
        Pid first = name.pid().orElseThrow();

        killSupervisor(system);
        await(stopping);
        assertThat(Processes.isAlive(first)).isTrue();
        release.countDown();

        eventually("the successor runs", () -> starts.get() == 2);
        eventually("the successor has the name", () -> isTaken(name, first));
        eventually("one restart is enough", () -> system.restarts() == 1);
        assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
        system.stop(SOON);
    }

    /** The holder of the name may end at any moment while its successor looks it up. */
    @Test
    @Tag("race")
    @Timeout(60)
    void aKilledSupervisorCostsOneRestartWheneverItsNamedChildEnds() {
        Name<Integer> name = Name.create("quick", Vacancy.holding(10));
        OtpSystem system =
                system(
                        100_000,
                        Actors.<Integer>idle()
                                .named(name)
                                .onTerminate((state, reason) -> endAtARandomMoment()));
        system.start();
        for (int round = 1; round <= ROUNDS; round++) {
            Pid before = name.pid().orElseThrow();
            killSupervisor(system);
            int expected = round;
            eventually(
                    "another one has the name",
                    () -> system.restarts() >= expected && isTaken(name, before));
            assertThat(system.restarts()).isEqualTo(round);
        }
        system.stop(SOON);
    }

    private static void endAtARandomMoment() {
        for (int i = ThreadLocalRandom.current().nextInt(20_000); i > 0; i--) Thread.onSpinWait();
    }
}

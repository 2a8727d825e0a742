/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.StaticSupervisor;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OtpAssertionsTests {
    private static final Duration SHORT = Duration.ofMillis(20);

    private record Get(Subject<Integer> replyTo) {}

    private final Name<Get> name = Name.create("payments");
    private final OtpSystem system =
            OtpSystem.builder("shop")
                    .root(
                            () ->
                                    StaticSupervisor.oneForOne()
                                            .restartTolerance(10, Duration.ofSeconds(5))
                                            .add(child("payments", true, Restart.PERMANENT))
                                            .add(child("mailer", false, Restart.TRANSIENT))
                                            .add(child("once", false, Restart.TEMPORARY)))
                    .build();

    private ChildSpecification<?> child(String id, boolean traps, Restart restart) {
        var actor =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer state, Get get) -> {
                                    get.replyTo().send(state);
                                    return Next.continueWith(state + 1);
                                })
                        .trapExits(traps);
        return ChildSpecification.worker(id, traps ? actor.named(name)::start : actor::start)
                .restart(restart);
    }

    @BeforeEach
    void start() {
        system.start();
    }

    @AfterEach
    void close() {
        system.close();
    }

    @Test
    void anActorThatCrashesIsRestarted() {
        OtpTesting.crash(system, "/payments", new IOException("reset"));

        assertThat(system)
                .isRunning()
                .hasRestarts(1)
                .actor("/payments")
                .isRunning()
                .hasRestarts(1)
                .hasMailboxSize(0)
                .hasCrashedWith(IOException.class)
                .actor("/mailer")
                .isRunning()
                .hasRestarts(0)
                .hasNotCrashed();
    }

    @Test
    void anActorThatTrapsNoExitsCrashesToo() {
        OtpTesting.crash(system, "/mailer", new IllegalStateException("broken"));

        assertThat(system)
                .actor("/mailer")
                .isRunning()
                .hasRestarts(1)
                .hasCrashedWith(IllegalStateException.class);
    }

    @Test
    void aTemporaryChildIsGone() {
        OtpTesting.kill(system, "/once");

        assertThat(system).actor("/once").doesNotExist();
        assertThat(system).actor("/payments").exists().hasRestarts(0);
    }

    @Test
    void aSupervisorHasChildren() {
        assertThat(system).actor("/").hasChildren(3).actor("/mailer").hasChildren(0);

        OtpTesting.kill(system, "/once");

        assertThat(system).actor("/").hasChildren(2);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(system).actor("/").within(SHORT).hasChildren(3))
                .withMessageContaining("expected / to have 3 children within PT0.02S")
                .withMessageContaining("/ RUNNING restarts=0 children=2");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(system).actor("/once").within(SHORT).hasChildren(0));
    }

    @Test
    void aChildThatItsSupervisorStopsIsStopped() {
        StaticSupervisor.of(OtpTesting.pid(system, "/")).orElseThrow().terminateChild("mailer");

        assertThat(system).actor("/mailer").isStopped();
    }

    @Test
    void withoutATreeAllAreStopped() {
        system.stop(Duration.ofSeconds(10));

        assertThat(system).isStopped().actor("/payments").isStopped().doesNotExist();
    }

    @Test
    void aFailureShowsTheTree() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () -> assertThat(system).within(SHORT).actor("/payments").hasRestarts(2))
                .withMessageContaining("expected /payments to have 2 restarts within PT0.02S")
                .withMessageContaining("/payments RUNNING restarts=0")
                .withMessageContaining("/mailer RUNNING");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(system).actor("/missing").within(SHORT).isRunning())
                .withMessageContaining("not in the tree")
                .withMessageContaining("/mailer RUNNING");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(system).within(SHORT).hasGivenUp())
                .withMessageContaining("to be GAVE_UP")
                .withMessageContaining("/mailer RUNNING");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> OtpTesting.kill(system, "/missing"))
                .withMessageContaining("no process at /missing")
                .withMessageContaining("/mailer RUNNING");
    }

    @Test
    void anotherExceptionIsNotTheOneExpected() {
        OtpTesting.crash(system, "/payments", new IOException("reset"));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () ->
                                assertThat(system)
                                        .within(SHORT)
                                        .actor("/payments")
                                        .hasCrashedWith(IllegalStateException.class))
                .withMessageContaining("lastFailure=abnormal(IOException)");
    }

    @Test
    void anActorHangsUntilItIsReleased() {
        Subject<Get> payments = Subject.named(name);
        try (Hang hang = OtpTesting.hang(system, "/payments")) {
            assertThatExceptionOfType(CallException.TimedOut.class)
                    .isThrownBy(() -> payments.<Integer>call(SHORT, Get::new));
            assertThat(system).actor("/payments").hasMailboxSize(1);
            assertThat(hang.pid()).isEqualTo(OtpTesting.pid(system, "/payments"));
        }

        assertThat(payments.<Integer>call(Get::new)).isEqualTo(1);
    }

    @Test
    void anActorThatHangsCanBeKilled() {
        OtpTesting.hang(system, "/payments");
        OtpTesting.kill(system, "/payments");

        assertThat(system).actor("/payments").hasState(TreeNode.State.RUNNING).hasRestarts(1);
        assertThat(Subject.named(name).<Integer>call(Get::new)).isZero();
    }

    @Test
    void theTreeIsText() {
        org.assertj.core.api.Assertions.assertThat(OtpTesting.tree(system).lines())
                .anySatisfy(line -> assertThat(line).contains("OtpSystem[shop, RUNNING]"))
                .anySatisfy(line -> assertThat(line).startsWith("    /once RUNNING"));
    }
}

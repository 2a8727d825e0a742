/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the tree shows a child that waits for its restart. */
class PendingRestartTests {
    private final VirtualClock clock = VirtualClock.create();
    private final OtpSystem system =
            OtpSystem.builder("shop")
                    .runtime(runtime -> runtime.virtualTime(clock))
                    .root(
                            () ->
                                    StaticSupervisor.oneForOne()
                                            .restartTolerance(3, Duration.ofMinutes(1))
                                            .add(
                                                    ChildSpecification.worker(
                                                                    "desk",
                                                                    PendingRestartTests::start)
                                                            .backoff(
                                                                    Backoff.fixed(
                                                                                    Duration
                                                                                            .ofSeconds(
                                                                                                    4))
                                                                            .jitter(0))))
                    .build();

    private static Started<Subject<String>> start() {
        return Actor.startingWith(() -> 0)
                .onMessage((Integer n, String message) -> Next.<Integer, String>continueWith(n))
                .start();
    }

    @BeforeEach
    void waits() {
        system.start();
        Processes.kill(Objects.requireNonNull(node("/desk").pid()));
        clock.advance(Duration.ofMillis(800));
    }

    @AfterEach
    void close() {
        system.close();
    }

    private TreeNode node(String path) {
        return system.find(path, 1, 10).orElseThrow();
    }

    @Test
    void theTreeSaysHowLongItTakesYetAndWhichAttemptItIs() {
        NodeDescriptor desk = NodeDescriptor.of(node("/desk"));

        assertThat(desk.state()).isEqualTo("restarting");
        assertThat(desk.pendingRestart())
                .isEqualTo(
                        new NodeDescriptor.PendingRestartDescriptor(1, Duration.ofMillis(3_200)));
        assertThat(NodeDescriptor.of(node("/")).pendingRestart()).isNull();
    }

    @Test
    void theListOfActorsSaysItToo() {
        var wanted = new ActorList.Wanted(ActorList.Sort.TREE, null, "", "", 0, 10);
        Views.Actors all = ActorList.of(system, SystemSummary.of(system, false), wanted);

        assertThat(all.actors())
                .filteredOn(actor -> actor.state().equals("restarting"))
                .singleElement()
                .extracting(Views.ActorDescriptor::pendingRestart)
                .isEqualTo(
                        new NodeDescriptor.PendingRestartDescriptor(1, Duration.ofMillis(3_200)));
        assertThat(all.actors().getFirst().pendingRestart()).isNull();
    }

    @Test
    void theTextsSayItToo() {
        TreeNode root = node("/");

        assertThat(TreeText.text(root)).contains("desk  actor  restarting in 3.2 s, attempt 1");
        assertThat(TreeText.mermaid(root)).contains("desk (restarting in 3.2 s, attempt 1)");
    }

    @Test
    void aRunningChildShowsNone() {
        clock.advance(Duration.ofMillis(3_200));

        assertThat(NodeDescriptor.of(node("/desk")).pendingRestart()).isNull();
        assertThat(TreeText.text(node("/"))).contains("desk  actor  running  restarts=1");
    }
}

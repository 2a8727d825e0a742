/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.ChildStartFailure;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tree that starts without the children that cannot be started. */
@Timeout(60)
class StartFailuresTests {
    private final List<Optional<ChildStartFailure>> told = new CopyOnWriteArrayList<>();
    private final StartFailures failures = new StartFailures(told::add);
    private volatile boolean broken = true;
    private OtpSystem system = system(failures.tolerated("/", fragile()));

    private ChildSpecification<Subject<String>> fragile() {
        return ChildSpecification.worker("fragile", this::start);
    }

    private Started<Subject<String>> start() {
        return Actor.startingWith(this::state)
                .onMessage((String state, String message) -> Next.continueWith(state))
                .start();
    }

    private String state() {
        if (broken) throw new IllegalStateException("broken");
        return "";
    }

    private static OtpSystem system(ChildSpecification<?> child) {
        return OtpSystem.builder("test")
                .root(() -> StaticSupervisor.oneForOne().add(child))
                .build();
    }

    @AfterEach
    void close() {
        system.close();
    }

    private StaticSupervisor root() {
        var root = Objects.requireNonNull(system.find("/", 0, 0).orElseThrow().pid());
        return StaticSupervisor.of(root).orElseThrow();
    }

    private TreeNode.State state(String path) {
        return system.find(path, 0, 0).orElseThrow().state();
    }

    @Test
    void theTreeStartsWithoutTheChild() {
        system.start();

        assertThat(state("/")).isEqualTo(TreeNode.State.RUNNING);
        assertThat(state("/fragile")).isEqualTo(TreeNode.State.STOPPED);
        assertThat(failures.isEmpty()).isFalse();
        assertThat(failures.children())
                .singleElement()
                .satisfies(
                        failure -> {
                            assertThat(failure.path()).isEqualTo("/fragile");
                            assertThat(failure.cause().orElseThrow()).hasMessage("broken");
                        });
        assertThat(failures.of("/fragile/below")).isPresent();
        assertThat(failures.of("/fragile2")).isEmpty();
        assertThat(told).hasSize(1);
    }

    @Test
    void aLaterStartFailsAsAnyOther() {
        system.start();

        assertThatThrownBy(() -> root().restartChild("fragile")).hasMessageContaining("broken");

        assertThat(failures.children()).hasSize(1);
    }

    @Test
    void aStartThatSucceedsIsForgotten() {
        system.start();
        broken = false;

        root().restartChild("fragile");

        assertThat(state("/fragile")).isEqualTo(TreeNode.State.RUNNING);
        assertThat(failures.isEmpty()).isTrue();
        assertThat(told).hasSize(2).last().isEqualTo(Optional.empty());
    }

    @Test
    void aTemporaryChildIsLeftOut() {
        system = system(failures.tolerated("/", fragile().restart(Restart.TEMPORARY)));
        system.start();

        assertThat(system.find("/fragile", 0, 0)).isEmpty();
        assertThat(failures.children()).hasSize(1);
    }

    @Test
    void theInnermostCulpritIsKept() {
        system =
                system(
                        failures.tolerated(
                                "/",
                                StaticSupervisor.oneForAll().add(fragile()).supervised("shop")));
        system.start();

        assertThat(failures.children())
                .extracting(ChildStartFailure::path)
                .containsExactly("/shop/fragile");
        assertThat(failures.of("/shop")).isPresent();
        broken = false;
        root().restartChild("shop");
        assertThat(state("/shop/fragile")).isEqualTo(TreeNode.State.RUNNING);
    }

    @Test
    void aFailureThatIsNotTolerableFailsTheStart() {
        var some =
                new StartFailures(
                        failure ->
                                failure.path().equals("/shop/fragile")
                                        && !(failure.cause().orElseThrow()
                                                instanceof IllegalStateException),
                        told::add);
        system =
                system(
                        some.tolerated(
                                "/",
                                StaticSupervisor.oneForAll().add(fragile()).supervised("shop")));

        assertThatThrownBy(system::start)
                .isInstanceOf(OtpStartException.class)
                .hasMessageContaining("broken");

        assertThat(some.isEmpty()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void aStartThatIsCalledOffIsNotTolerated() {
        var stopping = new java.util.concurrent.CountDownLatch(1);
        system =
                system(
                        failures.tolerated(
                                "/",
                                ChildSpecification.worker(
                                        "endless",
                                        () ->
                                                Actor.startingWith(
                                                                () -> {
                                                                    stopping.countDown();
                                                                    return waiting();
                                                                })
                                                        .onMessage(
                                                                (String state, String message) ->
                                                                        Next.continueWith(state))
                                                        .initTimeout(Duration.ofMinutes(1))
                                                        .start())));
        var stop =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        stopping.await();
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                    system.stop(Duration.ofSeconds(20));
                                });

        assertThatThrownBy(system::start).isInstanceOf(OtpStartException.class);

        assertThat(stop).isNotNull();
        assertThat(failures.isEmpty()).isTrue();
    }

    private static String waiting() {
        try {
            new java.util.concurrent.CountDownLatch(1).await();
            return "";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFailureOfTheWholeTreeIsKeptUntilTheNextStart() {
        failures.treeFailed("too slow");
        assertThat(failures.tree()).contains("too slow");
        assertThat(failures.isEmpty()).isFalse();

        failures.clear();

        assertThat(failures.isEmpty()).isTrue();
    }
}

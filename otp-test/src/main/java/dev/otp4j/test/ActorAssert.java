/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeNode.State;
import dev.otp4j.process.ExitReason;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a node of a supervision tree: an actor, or a supervisor. Each waits until it
 * holds; see {@link OtpSystemAssert}.
 *
 * {@snippet :
 * assertThat(system).actor("/payments").isRunning().hasRestarts(1).hasCrashedWith(IOException.class);
 * }
 *
 * <p>Each assertion looks at the node anew: the actor may have ended between two of them. A path is
 * no property of a process but of its place, so it is the same after a restart.
 *
 * @since 0.1.0
 */
public final class ActorAssert extends AbstractAssert<ActorAssert, String> {
    private final OtpSystem system;
    private Duration limit;

    ActorAssert(OtpSystem system, String path, Duration limit) {
        super(path, ActorAssert.class);
        this.system = system;
        this.limit = limit;
    }

    /**
     * Sets the time limit of the assertions that follow.
     *
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public ActorAssert within(Duration time) {
        var unused = Conditions.nanos(time);
        limit = time;
        return this;
    }

    /** {@return assertions about another node of the same system} */
    public ActorAssert actor(String path) {
        return new ActorAssert(
                system, Objects.requireNonNull(path, "'path' must not be null"), limit);
    }

    /** Verifies that it was started and handles messages, whether it is busy or idle. */
    public ActorAssert isRunning() {
        return hasState(State.RUNNING);
    }

    /**
     * Verifies that it ended and stays down: its supervisor does not start it again, or there is no
     * tree. A temporary child is removed when it ends: use {@link #doesNotExist}.
     */
    public ActorAssert isStopped() {
        return eventually(
                "to be STOPPED",
                found ->
                        found.map(node -> node.state() == State.STOPPED)
                                .orElseGet(() -> !isUp(system.state())));
    }

    private static boolean isUp(OtpSystem.State state) {
        return switch (state) {
            case STARTING, RUNNING, STOPPING -> true;
            case STOPPED, GAVE_UP -> false;
        };
    }

    /** Verifies what it is doing. */
    public ActorAssert hasState(State expected) {
        Objects.requireNonNull(expected, "'expected' must not be null");
        return eventually(
                "to be " + expected,
                found -> found.filter(node -> node.state() == expected).isPresent());
    }

    /** Verifies that the tree has such a node, in whatever state. */
    public ActorAssert exists() {
        return eventually("to exist", Optional::isPresent);
    }

    /** Verifies that the tree has no such node, or that there is no tree. */
    public ActorAssert doesNotExist() {
        return eventually("not to exist", Optional::isEmpty);
    }

    /** Verifies how often its supervisor has started it again. */
    public ActorAssert hasRestarts(int expected) {
        return eventually(
                "to have %d restarts".formatted(expected),
                found -> found.filter(node -> node.restarts() == expected).isPresent());
    }

    /**
     * Verifies how many children a supervisor has, in whatever state: those of a factory, or those
     * that a static supervisor knows. An actor has none.
     */
    public ActorAssert hasChildren(int expected) {
        return eventually(
                "to have %d children".formatted(expected),
                found -> found.filter(node -> node.childCount() == expected).isPresent());
    }

    /** Verifies how many messages are queued for it, not counting the one that it handles. */
    public ActorAssert hasMailboxSize(int expected) {
        return eventually(
                "to have %d messages queued".formatted(expected),
                found -> found.filter(node -> node.mailboxSize() == expected).isPresent());
    }

    /**
     * Verifies that it has failed, and that the last failure was an exception of that type or a
     * subtype.
     */
    public ActorAssert hasCrashedWith(Class<? extends Throwable> type) {
        Objects.requireNonNull(type, "'type' must not be null");
        return eventually(
                "to have crashed with " + type.getName(),
                found -> found.flatMap(ActorAssert::thrown).filter(type::isInstance).isPresent());
    }

    /** Verifies that it has not failed so far. Does not wait. */
    public ActorAssert hasNotCrashed() {
        Optional<TreeNode> found = find();
        if (found.isPresent() && found.get().lastFailure() == null) return this;
        throw failed("not to have failed", Duration.ZERO);
    }

    private static Optional<Throwable> thrown(TreeNode node) {
        return node.lastFailure() == null
                ? Optional.empty()
                : ExitReason.throwableOf(node.lastFailure().reason());
    }

    private Optional<TreeNode> find() {
        return system.find(path(), 0, 0);
    }

    private ActorAssert eventually(String what, Predicate<Optional<TreeNode>> condition) {
        if (Conditions.await(limit, () -> condition.test(find()))) return this;
        throw failed(what, limit);
    }

    private AssertionError failed(String what, Duration time) {
        @Nullable TreeNode now = find().orElse(null);
        return failure(
                "expected %s %s within %s, but it is: %s\n%s",
                path(),
                what,
                time,
                now == null ? "not in the tree" : TreeText.line(now),
                TreeText.of(system));
    }

    private String path() {
        return Objects.requireNonNull(actual);
    }
}

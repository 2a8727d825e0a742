/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.supervisor.ChildFailure;
import dev.otp4j.supervisor.Tolerance;
import dev.otp4j.supervisor.TreeNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A node of the tree as the endpoint shows it. What does not apply to it is null.
 *
 * @param path where it stands
 * @param name the last part of its path
 * @param kind {@code actor}, {@code supervisor} or {@code factory-supervisor}
 * @param state {@code running}, {@code starting}, {@code restarting} or {@code stopped}
 * @param restartPolicy when it is started again
 * @param strategy of a static supervisor
 * @param tolerance of a supervisor
 * @param mailbox what is queued, and what is held
 * @param restarts how often it was started again since the application started, also by supervisors
 *     that have ended since; of a factory's child since that child was started
 * @param lastFailure the last time it failed
 * @param childCount how many children it has: of a factory, or if not all are shown
 * @param childStates how many of its children are in which state: as {@code childCount}
 * @param children of a supervisor
 * @param truncated true if there are children that are not shown
 * @since 0.1.0
 */
public record NodeDescriptor(
        String path,
        String name,
        String kind,
        String state,
        @Nullable String restartPolicy,
        @Nullable String strategy,
        @Nullable ToleranceDescriptor tolerance,
        MailboxDescriptor mailbox,
        int restarts,
        @Nullable FailureDescriptor lastFailure,
        @Nullable Integer childCount,
        @Nullable Map<String, Integer> childStates,
        @Nullable List<NodeDescriptor> children,
        @Nullable Boolean truncated)
        implements OperationResponseBody {

    /**
     * A tolerance.
     *
     * @param intensity how many restarts are tolerated
     * @param period in such a period
     * @param used how many there were within the last one
     */
    public record ToleranceDescriptor(int intensity, Duration period, int used)
            implements OperationResponseBody {
        static @Nullable ToleranceDescriptor of(@Nullable Tolerance tolerance, int used) {
            return tolerance == null
                    ? null
                    : new ToleranceDescriptor(tolerance.intensity(), tolerance.period(), used);
        }
    }

    /**
     * A mailbox.
     *
     * @param size how many messages are queued
     * @param held how many messages the actor's name holds until the actor is there again; they are
     *     not part of {@code size}
     */
    public record MailboxDescriptor(int size, int held) implements OperationResponseBody {}

    /**
     * A failure, without its text.
     *
     * @param at when
     * @param type the class of what was thrown, or the reason's name
     */
    public record FailureDescriptor(Instant at, String type) implements OperationResponseBody {
        static @Nullable FailureDescriptor of(@Nullable ChildFailure failure) {
            return failure == null ? null : new FailureDescriptor(failure.at(), failure.type());
        }
    }

    static NodeDescriptor of(TreeNode node) {
        boolean supervisor = node.kind() != TreeNode.Kind.ACTOR;
        boolean counted = node.kind() == TreeNode.Kind.FACTORY_SUPERVISOR || node.truncated();
        return new NodeDescriptor(
                node.path(),
                node.name(),
                Texts.lowerCase(node.kind()),
                Texts.lowerCase(node.state()),
                Texts.lowerCaseOrNull(node.restartPolicy()),
                Texts.lowerCaseOrNull(node.strategy()),
                ToleranceDescriptor.of(node.tolerance(), node.toleranceUsed()),
                new MailboxDescriptor(node.mailboxSize(), node.held()),
                node.restarts(),
                FailureDescriptor.of(node.lastFailure()),
                counted ? node.childCount() : null,
                counted ? states(node) : null,
                supervisor ? node.children().stream().map(NodeDescriptor::of).toList() : null,
                node.truncated() ? true : null);
    }

    private static Map<String, Integer> states(TreeNode node) {
        var states = new TreeMap<String, Integer>();
        node.childStates().forEach((state, count) -> states.put(Texts.lowerCase(state), count));
        return OperationResponseBody.of(states);
    }
}

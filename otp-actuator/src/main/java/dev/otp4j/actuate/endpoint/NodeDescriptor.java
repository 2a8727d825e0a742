/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.TreeNode;
import dev.otp4j.supervisor.ChildFailure;
import dev.otp4j.supervisor.KeyCounts;
import dev.otp4j.supervisor.PendingRestart;
import dev.otp4j.supervisor.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A node of the supervision tree as the endpoint shows it. A component that does not apply to the
 * node is null.
 *
 * @param path path of the node from the root, such as {@code /shop/stock}
 * @param name last part of the path
 * @param kind {@code actor}, {@code supervisor} or {@code factory-supervisor}
 * @param state {@code running}, {@code stuck}, {@code suspended}, {@code starting}, {@code
 *     restarting}, {@code stopped} or {@code failed}
 * @param restartPolicy when its supervisor starts it again: {@code permanent}, {@code transient} or
 *     {@code temporary}
 * @param pendingRestart when it is started again, if it waits for that
 * @param strategy restart strategy of a static supervisor, such as {@code one-for-one}
 * @param tolerance restart tolerance of a supervisor
 * @param keys numbers of keys; only for a keyed factory
 * @param mailbox numbers of queued and held messages
 * @param restarts how often the child was restarted since the application started, including
 *     restarts by supervisors that have ended since; for a child of a factory, since that child was
 *     started
 * @param lastFailure its last failure
 * @param childCount number of its children; only for a factory, or if not all children are shown
 * @param childStates number of its children in each state; present when {@code childCount} is
 * @param children the children of a supervisor
 * @param truncated true if some children are not shown
 * @param process what its process is doing; only for the node that was asked for
 * @param system the whole system in brief; only for the node that was asked for
 * @since 0.1.0
 */
public record NodeDescriptor(
        String path,
        String name,
        String kind,
        String state,
        @Nullable PendingRestartDescriptor pendingRestart,
        @Nullable String restartPolicy,
        @Nullable String strategy,
        @Nullable ToleranceDescriptor tolerance,
        @Nullable KeysDescriptor keys,
        MailboxDescriptor mailbox,
        int restarts,
        @Nullable FailureDescriptor lastFailure,
        @Nullable Integer childCount,
        @Nullable Map<String, Integer> childStates,
        @Nullable List<NodeDescriptor> children,
        @Nullable Boolean truncated,
        @Nullable ProcessDescriptor process,
        @Nullable SystemSummary system)
        implements OperationResponseBody {

    /**
     * The restart tolerance of a supervisor, and its use.
     *
     * @param intensity number of restarts that are tolerated within the period
     * @param period the period
     * @param used number of restarts within the last period
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
     * The keys of a keyed factory.
     *
     * @param count keys that have a process, are being started or restarted, or are left down
     * @param failed keys that are left down
     * @param starting number of initialisers that run now
     * @param waiting keys that wait for their turn to start
     * @param passivated number of processes that have ended because they were idle
     */
    public record KeysDescriptor(int count, int failed, int starting, int waiting, long passivated)
            implements OperationResponseBody {
        static @Nullable KeysDescriptor of(@Nullable KeyCounts counts) {
            return counts == null
                    ? null
                    : new KeysDescriptor(
                            counts.keys(),
                            counts.failed(),
                            counts.starting(),
                            counts.waiting(),
                            counts.passivated());
        }
    }

    /**
     * A restart that a supervisor makes later, because of a back-off or for the code of a killed
     * process.
     *
     * @param attempt how many-th restart in a row it is
     * @param dueIn how long it takes until then at the most
     */
    public record PendingRestartDescriptor(int attempt, Duration dueIn)
            implements OperationResponseBody {
        static @Nullable PendingRestartDescriptor of(@Nullable PendingRestart pending) {
            return pending == null
                    ? null
                    : new PendingRestartDescriptor(pending.attempt(), pending.dueIn());
        }
    }

    /**
     * The messages that wait for a process.
     *
     * @param size number of messages in the mailbox
     * @param held number of messages that the actor's name holds until the actor runs again; not
     *     part of {@code size}
     */
    public record MailboxDescriptor(int size, int held) implements OperationResponseBody {}

    /**
     * A failure, without its text.
     *
     * @param at when it happened
     * @param type class of the exception, or name of the exit reason
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
                PendingRestartDescriptor.of(node.pendingRestart()),
                Texts.lowerCaseOrNull(node.restartPolicy()),
                Texts.lowerCaseOrNull(node.strategy()),
                ToleranceDescriptor.of(node.tolerance(), node.toleranceUsed()),
                KeysDescriptor.of(node.keyCounts()),
                new MailboxDescriptor(node.mailboxSize(), node.held()),
                node.restarts(),
                FailureDescriptor.of(node.lastFailure()),
                counted ? node.childCount() : null,
                counted ? states(node) : null,
                supervisor ? node.children().stream().map(NodeDescriptor::of).toList() : null,
                node.truncated() ? true : null,
                null,
                null);
    }

    NodeDescriptor with(ProcessDescriptor shown, SystemSummary summary) {
        return new NodeDescriptor(
                path,
                name,
                kind,
                state,
                pendingRestart,
                restartPolicy,
                strategy,
                tolerance,
                keys,
                mailbox,
                restarts,
                lastFailure,
                childCount,
                childStates,
                children,
                truncated,
                shown,
                summary);
    }

    private static Map<String, Integer> states(TreeNode node) {
        var states = new TreeMap<String, Integer>();
        node.childStates().forEach((state, count) -> states.put(Texts.lowerCase(state), count));
        return OperationResponseBody.of(states);
    }
}

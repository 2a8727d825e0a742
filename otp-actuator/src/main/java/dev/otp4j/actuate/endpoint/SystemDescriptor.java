/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.supervisor.ChildFailure;
import dev.otp4j.supervisor.Offender;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A system as the endpoint shows it.
 *
 * @param name name of the system
 * @param incarnation changes when the application starts again
 * @param now when this was read, by the clock of the application
 * @param operable whether the endpoint's access allows operations
 * @param state {@code stopped}, {@code starting}, {@code running}, {@code stopping} or {@code
 *     gave-up}
 * @param startedAt when the tree was last started, or null if it never was
 * @param actors number of actors in the whole tree, shown or not
 * @param restarts number of restarts of children since the application started
 * @param stuck number of handlers that have been busy with one message for too long
 * @param deadLetters number of messages that reached no handler since the application started
 * @param heldMessages number of messages that names hold until their actors run again; also counted
 *     while no tree runs
 * @param gaveUp the child that made the root supervisor give up; null if it has not given up
 * @param tree the root, or null if no tree runs
 * @since 0.1.0
 */
public record SystemDescriptor(
        String name,
        String incarnation,
        Instant now,
        boolean operable,
        String state,
        @Nullable Instant startedAt,
        int actors,
        long restarts,
        int stuck,
        long deadLetters,
        long heldMessages,
        @Nullable OffenderDescriptor gaveUp,
        @Nullable NodeDescriptor tree)
        implements OperationResponseBody {

    /**
     * The child that made the root supervisor give up, without texts of exceptions.
     *
     * @param child path of the child
     * @param supervisor path of its supervisor
     * @param failure when and why the child ended last
     */
    public record OffenderDescriptor(
            String child, String supervisor, NodeDescriptor.FailureDescriptor failure)
            implements OperationResponseBody {
        static OffenderDescriptor of(Offender offender) {
            ChildFailure failure = offender.failure();
            return new OffenderDescriptor(
                    offender.child(),
                    offender.supervisor(),
                    new NodeDescriptor.FailureDescriptor(failure.at(), failure.type()));
        }
    }

    static SystemDescriptor of(OtpSystem system, SystemSummary summary, Optional<TreeNode> tree) {
        return new SystemDescriptor(
                summary.name(),
                summary.incarnation(),
                summary.now(),
                summary.operable(),
                summary.state(),
                summary.startedAt(),
                actors(system),
                summary.restarts(),
                summary.stuck(),
                summary.deadLetters(),
                system.heldMessages(),
                system.offender().map(OffenderDescriptor::of).orElse(null),
                tree.map(NodeDescriptor::of).orElse(null));
    }

    private static int actors(OtpSystem system) {
        var actors = new AtomicInteger();
        system.visit(
                visit -> {
                    if (visit.kind() == TreeNode.Kind.ACTOR) actors.incrementAndGet();
                });
        return actors.get();
    }
}

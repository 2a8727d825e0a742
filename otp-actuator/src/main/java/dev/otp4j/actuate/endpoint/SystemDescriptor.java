/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.supervisor.OtpSystem;
import dev.otp4j.supervisor.TreeNode;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A system as the endpoint shows it.
 *
 * @param state where it is in its life
 * @param startedAt when its tree was started last, or null
 * @param actors how many actors the whole tree has, shown or not
 * @param restarts how many children were started again since the application started
 * @param deadLetters how many messages reached no handler since then
 * @param tree the root, or null if no tree stands
 * @since 0.1.0
 */
public record SystemDescriptor(
        String state,
        @Nullable Instant startedAt,
        int actors,
        long restarts,
        long deadLetters,
        @Nullable NodeDescriptor tree)
        implements OperationResponseBody {

    static SystemDescriptor of(OtpSystem system, Optional<TreeNode> tree) {
        return new SystemDescriptor(
                Texts.lowerCase(system.state()),
                system.startedAt().orElse(null),
                actors(system),
                system.restarts(),
                system.deadLetters(),
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

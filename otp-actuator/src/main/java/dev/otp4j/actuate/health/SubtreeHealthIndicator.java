/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.health;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.supervisor.ChildFailure;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health of one supervisor or actor of the tree and what is below it: {@code UP} while it runs,
 * also while it restarts children; {@code DOWN} while it is not in the tree, stopped, being started
 * again, or after the root has given up; {@code OUT_OF_SERVICE} while it is suspended, or while the
 * whole tree starts, stops or is stopped.
 *
 * {@snippet :
 * var payments = new SubtreeHealthIndicator(system, "/shop/payments");
 * }
 *
 * <p>If the supervisor or actor is down, the detail {@code culprit} shows the one because of which
 * it is: itself, or the one above it that is down too. Reads what the engine publishes, so it does
 * not block while actors are stuck. Looks at the children of each supervisor above one by one.
 *
 * @since 0.1.0
 */
public final class SubtreeHealthIndicator extends AbstractHealthIndicator {
    private final OtpSystem system;
    private final String path;

    /**
     * Creates the health indicator of a part of {@code system}.
     *
     * @param path path of a supervisor or actor as the endpoint shows it, such as {@code
     *     /shop/payments}; it does not have to be in the tree now
     * @throws IllegalArgumentException if {@code path} does not begin with {@code /}
     */
    public SubtreeHealthIndicator(OtpSystem system, String path) {
        super("the health check of '" + path + "' in the supervision tree failed");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'path' must begin with '/': '" + path + "'");
        }
        this.system = system;
        this.path = path;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.withDetail("path", path);
        switch (system.state()) {
            case RUNNING -> running(builder);
            case GAVE_UP -> {
                builder.down().withDetail("state", "gave-up");
                system.offender()
                        .ifPresent(because -> builder.withDetail("culprit", Details.of(because)));
            }
            case STARTING, STOPPING, STOPPED ->
                    builder.outOfService().withDetail("state", Details.kebab(system.state()));
        }
    }

    private void running(Health.Builder builder) {
        TreeNode node = find(path);
        builder.withDetail("state", node == null ? "missing" : Details.kebab(node.state()));
        if (node != null) builder.withDetail("restarts", node.restarts());
        if (node != null && runs(node)) {
            builder.up();
            return;
        }
        if (node != null && node.state() == TreeNode.State.SUSPENDED) {
            builder.outOfService();
            return;
        }
        builder.down();
        TreeNode culprit = node == null ? notRunningAbove() : node;
        if (culprit != null) builder.withDetail("culprit", details(culprit));
    }

    private @Nullable TreeNode find(String at) {
        return system.find(at, 0, 0).orElse(null);
    }

    private static boolean runs(TreeNode node) {
        return node.state() == TreeNode.State.RUNNING || node.state() == TreeNode.State.STUCK;
    }

    /** The nearest one above that is in the tree, if it does not run. */
    private @Nullable TreeNode notRunningAbove() {
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            TreeNode above = find(path.substring(0, end));
            if (above != null) return runs(above) ? null : above;
        }
        return null;
    }

    private static Map<String, Object> details(TreeNode node) {
        var details = new LinkedHashMap<String, Object>();
        details.put("path", node.path());
        details.put("state", node.state().name().toLowerCase(Locale.ROOT));
        Optional<ChildFailure> failure = Optional.ofNullable(node.lastFailure());
        failure.ifPresent(last -> details.put("failure", last.type()));
        failure.ifPresent(last -> details.put("at", last.at()));
        return details;
    }
}

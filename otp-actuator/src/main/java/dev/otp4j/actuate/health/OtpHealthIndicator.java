/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.health;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeVisit;
import dev.otp4j.supervisor.Offender;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health of the supervision tree: {@code UP} while the tree runs, also while children are
 * restarted; {@code DOWN} after the root supervisor has given up; {@code OUT_OF_SERVICE} while the
 * tree starts, stops or is stopped. Reads what the engine publishes, so it does not block while
 * actors are stuck.
 *
 * @since 0.1.0
 */
public final class OtpHealthIndicator extends AbstractHealthIndicator {
    private static final int SHOWN = 20;

    private final OtpSystem system;

    /** Creates the health indicator of {@code system}. */
    public OtpHealthIndicator(OtpSystem system) {
        super("the health check of the supervision tree failed");
        this.system = system;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        OtpSystem.State state = system.state();
        switch (state) {
            case RUNNING -> builder.up();
            case GAVE_UP -> builder.down();
            case STARTING, STOPPING, STOPPED -> builder.outOfService();
        }
        builder.withDetail("state", state.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        builder.withDetail("restarts", system.restarts());
        builder.withDetail("deadLetters", system.deadLetters());
        builder.withDetail("heldMessages", system.heldMessages());
        int stuck = system.runtime().stuckHandlers().size();
        if (stuck > 0) builder.withDetail("stuck", stuck);
        system.offender().ifPresent(offender -> builder.withDetail("gaveUp", details(offender)));
        counts(builder);
    }

    private static Map<String, Object> details(Offender offender) {
        return Map.of(
                "child", offender.child(),
                "supervisor", offender.supervisor(),
                "failure", offender.failure().type(),
                "at", offender.failure().at());
    }

    private void counts(Health.Builder builder) {
        var found = new Census();
        system.visit(found::visit);
        if (found.nodes == 0) return;
        builder.withDetail("actors", found.actors);
        if (!found.notRunning.isEmpty()) builder.withDetail("notRunning", found.notRunning);
        if (!found.nearToGivingUp.isEmpty()) {
            builder.withDetail("nearToGivingUp", found.nearToGivingUp);
        }
    }

    private static final class Census {
        int nodes;
        int actors;
        final List<String> notRunning = new ArrayList<>();
        final List<String> nearToGivingUp = new ArrayList<>();

        void visit(TreeVisit node) {
            nodes++;
            if (node.kind() == TreeNode.Kind.ACTOR) actors++;
            else node.supervisor().ifPresent(supervisor -> visit(node, supervisor));
            if (notRunning.size() < SHOWN && node.state() != TreeNode.State.RUNNING) {
                notRunning.add(node.path());
            }
        }

        /** Two thirds of a tolerance are used. */
        private void visit(TreeVisit node, SupervisorInfo supervisor) {
            int intensity = supervisor.tolerance().intensity();
            int used = supervisor.toleranceUsed();
            boolean near = used > 0 && 3L * used >= 2L * intensity;
            if (near && nearToGivingUp.size() < SHOWN) nearToGivingUp.add(node.path());
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.health;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.StartFailures;
import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeVisit;
import dev.otp4j.supervisor.ChildStartFailure;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health of the supervision tree: {@code UP} while the tree runs, also while children are
 * restarted; {@code DOWN} after the root supervisor has given up; {@code OUT_OF_SERVICE} while the
 * tree starts, stops or is stopped. It is also {@code DOWN} while the tree runs without a part that
 * could not be started. Reads what the engine publishes, so it does not block while actors are
 * stuck.
 *
 * {@snippet :
 * Health health = new OtpHealthIndicator(system).health();
 * }
 *
 * <p>If it is {@code DOWN}, the detail {@code gaveUp} names the child that caused it. {@code
 * nearToGivingUp} lists supervisors that have used much of their tolerance.
 *
 * @since 0.1.0
 */
public final class OtpHealthIndicator extends AbstractHealthIndicator {
    private static final int SHOWN = 20;

    private static final double TWO_THIRDS = 0.66; // so that 2 of 3 are two thirds

    private final OtpSystem system;
    private final double warning;
    private final StartFailures failures;

    /**
     * Creates the health indicator of {@code system}. Supervisors that have used two thirds of
     * their tolerance are near to giving up.
     */
    public OtpHealthIndicator(OtpSystem system) {
        this(system, TWO_THIRDS);
    }

    /**
     * Creates the health indicator of {@code system}.
     *
     * @param toleranceWarning a supervisor that has used this share of its tolerance or more, above
     *     0 to 1, is near to giving up
     */
    public OtpHealthIndicator(OtpSystem system, double toleranceWarning) {
        this(system, toleranceWarning, new StartFailures(failure -> {}));
    }

    /**
     * Creates the health indicator of {@code system}, which is {@code DOWN} while there are
     * failures of a start.
     *
     * @param toleranceWarning as above
     * @param failures the children that the tree runs without
     */
    public OtpHealthIndicator(OtpSystem system, double toleranceWarning, StartFailures failures) {
        super("the health check of the supervision tree failed");
        this.system = system;
        this.failures = failures;
        warning = toleranceWarning;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        OtpSystem.State state = system.state();
        switch (state) {
            case RUNNING -> builder.up();
            case GAVE_UP -> builder.down();
            case STARTING, STOPPING, STOPPED -> builder.outOfService();
        }
        boolean running = state == OtpSystem.State.RUNNING;
        boolean degraded = running && !failures.children().isEmpty();
        if (degraded || failures.tree().isPresent()) startFailed(builder);
        builder.withDetail("state", Details.kebab(state));
        builder.withDetail("restarts", system.restarts());
        builder.withDetail("deadLetters", system.deadLetters());
        builder.withDetail("heldMessages", system.heldMessages());
        int stuck = system.runtime().stuckHandlers().size();
        if (stuck > 0) builder.withDetail("stuck", stuck);
        system.offender().ifPresent(offender -> builder.withDetail("gaveUp", Details.of(offender)));
        if (state == OtpSystem.State.GAVE_UP) {
            system.exitReason()
                    .ifPresent(reason -> builder.withDetail("rootEnded", Details.of(reason)));
        }
        counts(builder);
    }

    /** Without texts of exceptions. */
    private void startFailed(Health.Builder builder) {
        builder.down();
        if (failures.tree().isPresent()) builder.withDetail("startFailed", true);
        List<ChildStartFailure> children = failures.children();
        if (children.isEmpty()) return;
        builder.withDetail("notStarted", children.stream().limit(SHOWN).map(Details::of).toList());
    }

    private void counts(Health.Builder builder) {
        var found = new Census(warning);
        system.visit(found::visit);
        if (found.nodes == 0) return;
        builder.withDetail("actors", found.actors);
        if (!found.notRunning.isEmpty()) builder.withDetail("notRunning", found.notRunning);
        if (!found.nearToGivingUp.isEmpty()) {
            builder.withDetail("nearToGivingUp", found.nearToGivingUp);
        }
    }

    private static final class Census {
        private final double warning;
        int nodes;
        int actors;
        final List<String> notRunning = new ArrayList<>();
        final List<String> nearToGivingUp = new ArrayList<>();

        Census(double warning) {
            this.warning = warning;
        }

        void visit(TreeVisit node) {
            nodes++;
            if (node.kind() == TreeNode.Kind.ACTOR) actors++;
            else node.supervisor().ifPresent(supervisor -> visit(node, supervisor));
            if (notRunning.size() < SHOWN && node.state() != TreeNode.State.RUNNING) {
                notRunning.add(node.path());
            }
        }

        private void visit(TreeVisit node, SupervisorInfo supervisor) {
            int intensity = supervisor.tolerance().intensity();
            int used = supervisor.toleranceUsed();
            boolean near = used > 0 && used >= warning * intensity;
            if (near && nearToGivingUp.size() < SHOWN) nearToGivingUp.add(node.path());
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.Strategy;
import dev.otp4j.supervisor.Tolerance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts the declared children under their supervisors, and throws if they do not fit together. */
final class TreePlan {
    private final List<DeclaredChild> children;
    private final Placeholders placeholders;
    private final Map<Class<?>, SupervisorDeclaration> supervisors = new LinkedHashMap<>();
    private final Tuning tuning;
    private final StartOrder order;
    private final StopTime stop;
    private final StartSteps steps;
    private final DegradedStart degraded;

    private TreePlan(
            List<DeclaredChild> children,
            Placeholders placeholders,
            Tuning tuning,
            StartOrder order,
            StopTime stop,
            StartSteps steps,
            DegradedStart degraded) {
        this.degraded = degraded;
        this.tuning = tuning;
        this.order = order;
        this.stop = stop;
        this.steps = steps;
        this.children = children;
        this.placeholders = placeholders;
    }

    /**
     * The root supervisor with everything below it.
     *
     * @param tuning what properties set for single supervisors overrides the code
     * @param order receives the path of each child
     * @param stop receives how long each child may take to stop
     * @param steps records the start of each child
     * @param degraded lets children of ONE_FOR_ONE supervisors fail to start
     * @throws TreeDeclarationException if the declarations cannot form a tree
     */
    static StaticSupervisor.Builder root(
            List<DeclaredChild> children,
            Tuning tuning,
            Placeholders placeholders,
            StartOrder order,
            StopTime stop,
            StartSteps steps,
            DegradedStart degraded) {
        var plan = new TreePlan(children, placeholders, tuning, order, stop, steps, degraded);
        plan.findSupervisors();
        SupervisorChecks.uniqueNames(plan.supervisors.values());
        tuning.check(children, plan.supervisors.values());
        return plan.builder(plan.supervisor(SupervisorDeclaration.ROOT), "");
    }

    private void findSupervisors() {
        supervisors.put(SupervisorDeclaration.ROOT, SupervisorDeclaration.root());
        for (DeclaredChild child : children) {
            findSupervisor(child.supervisor(), child.description(), new LinkedHashSet<>());
        }
    }

    private void findSupervisor(Class<?> type, String namedBy, Set<Class<?>> below) {
        if (!below.add(type)) {
            String circle = below.stream().map(Class::getName).collect(Collectors.joining(" -> "));
            throw new TreeDeclarationException(
                    "Supervisors supervise each other in a circle: %s -> %s."
                            .formatted(circle, type.getName()),
                    "Remove 'supervisor' from one of them; it then becomes a child of the root supervisor.");
        }
        if (supervisors.containsKey(type)) return;
        var found = SupervisorDeclaration.of(type, namedBy, placeholders);
        findSupervisor(found.supervisor(), found.description(), below);
        supervisors.put(type, found);
    }

    private SupervisorDeclaration supervisor(Class<?> type) {
        return Objects.requireNonNull(supervisors.get(type));
    }

    private StaticSupervisor.Builder builder(SupervisorDeclaration of, String path) {
        List<DeclaredChild> siblings = below(of, path);
        SupervisorChecks.children(of, siblings);
        Tolerance tolerance = tuning.tolerance(of);
        var builder =
                StaticSupervisor.of(of.strategy())
                        .restartTolerance(tolerance.intensity(), tolerance.period());
        ConcurrencyLimit limit = tuning.concurrency(of);
        if (limit != null) builder = builder.concurrency(limit);
        for (DeclaredChild child : siblings) {
            String at = path + "/" + child.name();
            order.add(at, child);
            stop.add(at, child.specification());
            ChildSpecification<?> recorded = steps.recorded(at, child.specification());
            boolean alone = of.strategy() == Strategy.ONE_FOR_ONE;
            builder = builder.add(alone ? degraded.tolerated(path, recorded) : recorded);
        }
        return builder;
    }

    private List<DeclaredChild> below(SupervisorDeclaration of, String path) {
        var below = new ArrayList<DeclaredChild>();
        for (DeclaredChild child : children) {
            if (child.supervisor() == of.type()) below.add(child);
        }
        for (SupervisorDeclaration supervisor : supervisors.values()) {
            if (!supervisor.isRoot() && supervisor.supervisor() == of.type()) {
                below.add(child(supervisor, path));
            }
        }
        below.sort(DeclaredChild.START_ORDER);
        return below;
    }

    private DeclaredChild child(SupervisorDeclaration supervisor, String above) {
        String path = above + "/" + supervisor.name();
        return new DeclaredChild(
                supervisor.supervisor(),
                supervisor.order(),
                supervisor.description(),
                builder(supervisor, path)
                        .supervised(supervisor.name())
                        .declaredBy(supervisor.type()),
                false);
    }
}

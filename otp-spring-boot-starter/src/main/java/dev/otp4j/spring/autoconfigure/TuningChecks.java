/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.ChildType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Refuses properties for an actor, a factory or a supervisor that the tree does not have. */
final class TuningChecks {
    private static final String PREFIX = "otp.supervision.";

    /** The names that each group of properties may have, by the last part of the group's key. */
    private final Map<String, Set<String>> names = new LinkedHashMap<>();

    private final boolean failOnUnknown;

    private TuningChecks(
            boolean failOnUnknown,
            List<DeclaredChild> children,
            Set<String> replaced,
            Collection<SupervisorDeclaration> supervisors) {
        this.failOnUnknown = failOnUnknown;
        var actors = new TreeSet<String>(replaced);
        var factories = new TreeSet<String>();
        for (DeclaredChild child : children) {
            if (child.specification().type() == ChildType.WORKER) actors.add(child.name());
            else if (child.injected()) factories.add(child.name());
        }
        var supervising = new TreeSet<String>();
        for (SupervisorDeclaration supervisor : supervisors) supervising.add(supervisor.name());
        names.put("actors", actors);
        names.put("factories", factories);
        names.put("supervisors", supervising);
    }

    /**
     * Checks the keys.
     *
     * @param replaced names of actors that are not in the tree, but may be tuned
     * @throws TreeDeclarationException if a key matches no name, or more than one
     */
    static void check(
            OtpProperties.Supervision properties,
            List<DeclaredChild> children,
            Set<String> replaced,
            Collection<SupervisorDeclaration> supervisors) {
        var checks =
                new TuningChecks(properties.failOnUnknownNames(), children, replaced, supervisors);
        checks.check("actors", properties.actors().keySet());
        checks.check("factories", properties.factories().keySet());
        checks.check("supervisors", properties.supervisors().keySet());
    }

    private void check(String group, Set<String> keys) {
        for (String key : keys) {
            List<String> matched = matched(key, known(group));
            if (matched.isEmpty() && failOnUnknown) throw unknown(group, key);
            if (matched.size() > 1) throw ambiguous(group, key, matched);
        }
    }

    private Set<String> known(String group) {
        return names.getOrDefault(group, Set.of());
    }

    private static List<String> matched(String key, Set<String> known) {
        String uniform = Tuning.uniform(key);
        return known.stream().filter(name -> Tuning.uniform(name).equals(uniform)).toList();
    }

    private TreeDeclarationException unknown(String group, String key) {
        Set<String> known = known(group);
        String kind =
                group.equals("factories") ? "factory" : group.substring(0, group.length() - 1);
        String all =
                known.isEmpty()
                        ? "There is no %s.".formatted(kind)
                        : "The %s are: %s.".formatted(group, String.join(", ", known));
        return new TreeDeclarationException(
                "The property '%s%s.%s' names no %s of the tree. %s"
                        .formatted(PREFIX, group, key, kind, all),
                advice(group, key));
    }

    private String advice(String group, String key) {
        for (String other : names.keySet()) {
            if (other.equals(group) || matched(key, known(other)).isEmpty()) continue;
            return "'%s' is one of the %s: use '%s%s.%s'."
                    .formatted(key, other, PREFIX, other, key);
        }
        String nearest = Nearest.to(key, known(group));
        return nearest == null
                ? "Correct the name, or remove the property."
                : "Did you mean '%s%s.%s'? Otherwise remove the property."
                        .formatted(PREFIX, group, nearest);
    }

    private static TreeDeclarationException ambiguous(
            String group, String key, List<String> matched) {
        return new TreeDeclarationException(
                "The property '%s%s.%s' names more than one of the %s, because case and dashes do not count: %s."
                        .formatted(PREFIX, group, key, group, String.join(", ", matched)),
                "Give one of them a name that differs in more than case and dashes.");
    }
}

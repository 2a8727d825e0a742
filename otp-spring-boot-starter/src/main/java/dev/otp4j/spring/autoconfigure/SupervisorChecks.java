/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.Strategy;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;

/** Checks the declared supervisors and the children of each. */
final class SupervisorChecks {
    private SupervisorChecks() {}

    static void uniqueNames(Collection<SupervisorDeclaration> supervisors) {
        var seen = new HashMap<String, SupervisorDeclaration>();
        for (SupervisorDeclaration supervisor : supervisors) {
            SupervisorDeclaration other = seen.put(supervisor.name(), supervisor);
            if (other != null) {
                throw new TreeDeclarationException(
                        "Two supervisors are called '%s': %s and %s."
                                .formatted(
                                        supervisor.name(),
                                        other.description(),
                                        supervisor.description()),
                        "Give one of them another name, as in @Supervisor(\"other\").");
            }
        }
    }

    /**
     * Checks the children of a supervisor.
     *
     * @param siblings the children, in start order
     */
    static void children(SupervisorDeclaration of, List<DeclaredChild> siblings) {
        uniqueChildren(of, siblings);
        if (of.strategy() == Strategy.REST_FOR_ONE) distinctOrders(of, siblings);
    }

    private static void uniqueChildren(SupervisorDeclaration of, List<DeclaredChild> siblings) {
        var seen = new HashMap<String, DeclaredChild>();
        for (DeclaredChild child : siblings) {
            DeclaredChild other = seen.put(child.name(), child);
            if (other != null) {
                throw new TreeDeclarationException(
                        "Two children of %s are called '%s': %s and %s."
                                .formatted(
                                        of.description(),
                                        child.name(),
                                        other.description(),
                                        child.description()),
                        "Give one of them another name.");
            }
        }
    }

    private static void distinctOrders(SupervisorDeclaration of, List<DeclaredChild> siblings) {
        for (int i = 1; i < siblings.size(); i++) {
            if (siblings.get(i).order() == siblings.get(i - 1).order()) {
                String found =
                        siblings.stream()
                                .map(
                                        child ->
                                                "%n  order %d: %s"
                                                        .formatted(
                                                                child.order(), child.description()))
                                .collect(Collectors.joining());
                throw new TreeDeclarationException(
                        "The strategy of %s is REST_FOR_ONE, so each of its children needs a distinct 'order'. Found:%s"
                                .formatted(of.description(), found),
                        "Give each child a different 'order'. When a child fails, the children with a higher 'order' are restarted with it.");
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.ChildSpecification;
import java.util.Comparator;

/**
 * A child and its place in the tree.
 *
 * @param supervisor class of its supervisor
 * @param order its position among the children of that supervisor
 * @param description says in messages what the child is and where it is declared
 * @param specification how it is started
 * @param injected whether a bean of its name can be injected, as for an actor or a factory
 */
record DeclaredChild(
        Class<?> supervisor,
        int order,
        String description,
        ChildSpecification<?> specification,
        boolean injected) {

    /** The order in which siblings start. */
    static final Comparator<DeclaredChild> START_ORDER =
            Comparator.comparingInt(DeclaredChild::order).thenComparing(DeclaredChild::name);

    String name() {
        return specification.id();
    }
}

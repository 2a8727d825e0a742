/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.ChildSpecification;
import java.util.Comparator;

/**
 * A child and its place in the tree.
 *
 * @param supervisor the class of its supervisor
 * @param order its place among its siblings
 * @param description where it was declared
 * @param specification how it is started
 * @param injected whether others reach it by a bean of its name: an actor or a factory
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

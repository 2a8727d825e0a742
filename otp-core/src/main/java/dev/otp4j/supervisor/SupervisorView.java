/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What tools read of a supervisor at any time, without sending it a message. */
interface SupervisorView {
    /** The strategy, or null for a factory. */
    @Nullable Strategy strategy();

    Tolerance tolerance();

    /** How many restarts count against the tolerance now. */
    int toleranceUsed();

    int childCount();

    /** The child because of which it gave up, or null if it did not. Known before it ends. */
    @Nullable Offender offender();

    /**
     * What the predecessor of the child that is being started showed, if both are supervisors; or
     * null. The child reads it in its initialiser.
     */
    @Nullable SupervisorView replaced();

    /**
     * What the supervisor is an instance of: the id of its child specification, or, if a factory
     * made it, what that one is an instance of. Never a number that a factory gave.
     */
    String definition();

    /**
     * The books on the children, of a static supervisor in start order, of a factory in no order.
     * Nothing is copied.
     */
    Stream<Child> childStream();

    /** The book on the child of that id, or null. */
    default @Nullable Child child(String id) {
        return childStream().filter(child -> child.id().equals(id)).findFirst().orElse(null);
    }

    /** The children in the same order, as they are now. */
    default List<ChildInfo> children() {
        return childStream().map(Child::info).toList();
    }

    default boolean isFactory() {
        return strategy() == null;
    }
}

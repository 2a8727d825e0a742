/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What tools read of a supervisor at any time, without sending it a message. */
interface SupervisorView {
    /** The strategy, or null for a factory. */
    @Nullable Strategy strategy();

    Tolerance tolerance();

    /** How many restarts count against the tolerance now. */
    int toleranceUsed();

    int childCount();

    /**
     * Goes through the books on the children, of a static supervisor in start order, of a factory
     * in no order. Nothing is copied.
     */
    void forEachChild(Consumer<? super Child> action);

    /** The book on the child of that id, or null. */
    @Nullable Child child(String id);

    /** The children in the same order, as they are now. */
    default List<ChildInfo> children() {
        var all = new ArrayList<ChildInfo>(childCount());
        forEachChild(child -> all.add(child.info()));
        return List.copyOf(all);
    }

    default boolean isFactory() {
        return strategy() == null;
    }
}

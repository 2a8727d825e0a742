/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tools read of a supervisor at any time, without sending it a message. */
interface SupervisorView {
    /** The strategy, or null for a factory. */
    @Nullable Strategy strategy();

    Tolerance tolerance();

    /** How many restarts count against the tolerance now. */
    int toleranceUsed();

    int childCount();

    /** The children: of a static supervisor in start order, of a factory in no order. */
    List<ChildInfo> children();

    default boolean isFactory() {
        return strategy() == null;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What can be read of a supervisor at any time, from any thread, without sending it a message: a
 * supervisor that waits for an initialiser answers too.
 *
 * {@snippet :
 * int children = SupervisorInfo.of(pid).map(SupervisorInfo::childCount).orElse(0);
 * }
 *
 * <p>Live: each method says what is true when it is called, also after the supervisor has ended.
 * None of them blocks. Accessors may be added, so implement it in tests only.
 *
 * <p>Counterpart: {@code supervisor:which_children/1} and {@code supervisor:count_children/1},
 * which ask the supervisor and wait for it.
 *
 * @see ProcessInfo
 * @since 0.1.0
 */
public interface SupervisorInfo {
    /**
     * {@return what can be read of a supervisor, or empty if the process is not a supervisor} Empty
     * also for a supervisor before its initialiser begins, and for one that ended some time ago,
     * because a dead process releases this data. Neither locks nor sends a message.
     */
    static Optional<SupervisorInfo> of(Pid process) {
        return ProcessInfo.viewOf(process).orElse(null) instanceof SupervisorInfo info
                ? Optional.of(info)
                : Optional.empty();
    }

    /** {@return the strategy of a static supervisor, or empty for a factory} */
    Optional<Strategy> strategy();

    /** {@return whether it is a factory, which starts its children on request} */
    default boolean isFactory() {
        return strategy().isEmpty();
    }

    /** {@return how many restarts it tolerates before it gives up} */
    Tolerance tolerance();

    /** {@return how many restarts count against the tolerance now} */
    int toleranceUsed();

    /**
     * {@return what the supervisor is an instance of} The id of its child specification, {@code
     * root} for the root of a tree, or, if a factory made it, what that factory is an instance of.
     * Never a number that a factory gave.
     */
    String definition();

    /**
     * {@return the child because of which it gave up, or empty if it did not give up} Known before
     * the supervisor ends.
     */
    Optional<Offender> offender();

    /** {@return how many keys of a {@link KeyedFactory} are in which state; empty for any other} */
    default Optional<KeyCounts> keyCounts() {
        return Optional.empty();
    }

    /** {@return how many children it has, running or not} */
    int childCount();

    /**
     * {@return the children: of a static supervisor in start order, of a factory in no order}
     * Copies nothing; a child that the stream does not reach costs nothing. Each element is live,
     * see {@link ChildInfo}. A child that is added or removed meanwhile may or may not be seen.
     */
    Stream<ChildInfo> children();

    /**
     * {@return the child of that id, or empty if there is none} Looks at the children one by one.
     *
     * @param id the child's name within its supervisor; for a child of a factory its number
     */
    default Optional<ChildInfo> child(String id) {
        return children().filter(child -> child.id().equals(id)).findFirst();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * The end of a child, by itself or because its supervisor stopped it; or of several children that a
 * factory stopped together and that ended for the same kind of reason.
 *
 * <p>Components may be added in any release: do not call the constructor, and do not match with a
 * record pattern.
 *
 * @param supervisor the supervisor
 * @param supervisorPath its path
 * @param child id of the child; for a child of a factory its number. Of several children that of
 *     one of them
 * @param pid the process that has ended, or null if there was none. Of several children that of one
 *     of them
 * @param type whether the child works or supervises
 * @param definition what the child was an instance of, as in {@link SupervisorReport#definition}
 * @param supervisorDefinition what the supervisor is an instance of
 * @param reason why the child ended; of several children the reason of one of them
 * @param children how many children ended; more than one only if a factory stopped them
 * @since 0.1.0
 */
public record ChildEnd(
        Pid supervisor,
        String supervisorPath,
        String child,
        @Nullable Pid pid,
        ChildType type,
        String definition,
        String supervisorDefinition,
        ExitReason reason,
        int children) {}

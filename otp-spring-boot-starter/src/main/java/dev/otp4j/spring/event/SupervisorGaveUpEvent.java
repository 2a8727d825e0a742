/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.event;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.ChildType;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor has used up its tolerance and ends with all its children. The path, definition and
 * process are those of the supervisor.
 *
 * {@snippet :
 * @EventListener
 * void gaveUp(SupervisorGaveUpEvent event) { page(event.getChildPath()); }
 * }
 *
 * @since 0.1.0
 */
public final class SupervisorGaveUpEvent extends ActorEvent {
    private static final long serialVersionUID = 1L;

    private final String childPath;

    /**
     * Creates an event, for tests too.
     *
     * @param path path of the supervisor
     * @param definition what it is an instance of
     * @param pid its process, or null
     * @param reason with which it ends
     * @param childPath path of the child that ended once too often
     */
    public SupervisorGaveUpEvent(
            OtpSystem system,
            String path,
            String definition,
            @Nullable Pid pid,
            ExitReason reason,
            String childPath) {
        super(system, path, definition, ChildType.SUPERVISOR, pid, reason);
        this.childPath = childPath;
    }

    /** {@return path of the child that ended once too often} */
    public String getChildPath() {
        return childPath;
    }
}

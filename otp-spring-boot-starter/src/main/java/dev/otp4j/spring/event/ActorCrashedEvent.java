/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.event;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.ChildType;
import org.jspecify.annotations.Nullable;

/**
 * An actor or supervisor has ended by an exception or an abnormal stop, or its start has failed so:
 * then there is no process. What the supervisor does about it follows as an {@link
 * ActorRestartedEvent} or a {@link SupervisorGaveUpEvent}.
 *
 * {@snippet :
 * @EventListener
 * void crashed(ActorCrashedEvent event) { event.getCause().ifPresent(alarm::raise); }
 * }
 *
 * @since 0.1.0
 */
public final class ActorCrashedEvent extends ActorEvent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an event, for tests too.
     *
     * @param path path of the actor
     * @param definition what it is an instance of
     * @param type whether it is an actor or a supervisor
     * @param pid the process, or null
     * @param reason why it has ended
     */
    public ActorCrashedEvent(
            OtpSystem system,
            String path,
            String definition,
            ChildType type,
            @Nullable Pid pid,
            ExitReason reason) {
        super(system, path, definition, type, pid, reason);
    }
}

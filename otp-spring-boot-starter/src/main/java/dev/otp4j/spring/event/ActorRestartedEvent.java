/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.event;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.ChildType;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor has started an actor or supervisor again, after it had ended by itself or because of
 * a sibling. The reason is that of the end before; the process is the new one.
 *
 * {@snippet :
 * @EventListener
 * void restarted(ActorRestartedEvent event) { … }
 * }
 *
 * @since 0.1.0
 */
public final class ActorRestartedEvent extends ActorEvent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an event, for tests too.
     *
     * @param path path of the actor
     * @param definition what it is an instance of
     * @param type whether it is an actor or a supervisor
     * @param pid the process, or null
     * @param reason why it had ended before
     */
    public ActorRestartedEvent(
            OtpSystem system,
            String path,
            String definition,
            ChildType type,
            @Nullable Pid pid,
            ExitReason reason) {
        super(system, path, definition, type, pid, reason);
    }
}

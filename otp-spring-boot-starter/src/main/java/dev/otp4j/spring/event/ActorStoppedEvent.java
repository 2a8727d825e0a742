/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.event;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.ChildType;
import org.jspecify.annotations.Nullable;

/**
 * An actor or supervisor has ended with the reason {@code normal}, {@code shutdown} or {@code
 * killed}: by itself, or because its supervisor stopped it. Of many children that a factory stops
 * together there is one event for each kind of reason.
 *
 * {@snippet :
 * @EventListener
 * void stopped(ActorStoppedEvent event) { … }
 * }
 *
 * @since 0.1.0
 */
public final class ActorStoppedEvent extends ActorEvent {
    private static final long serialVersionUID = 1L;

    private final int count;

    /**
     * Creates an event, for tests too.
     *
     * @param path path of the actor
     * @param definition what it is an instance of
     * @param type whether it is an actor or a supervisor
     * @param pid the process, or null
     * @param reason why it has ended
     * @param count how many have ended
     */
    public ActorStoppedEvent(
            OtpSystem system,
            String path,
            String definition,
            ChildType type,
            @Nullable Pid pid,
            ExitReason reason,
            int count) {
        super(system, path, definition, type, pid, reason);
        this.count = count;
    }

    /**
     * {@return how many have ended} More than one only if a factory stopped its children; the path
     * and the process are then those of one of them.
     */
    public int getCount() {
        return count;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.event;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.ChildType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEvent;

/**
 * Something has happened to an actor or a supervisor of the supervision tree.
 *
 * {@snippet :
 * @EventListener
 * void log(ActorEvent event) { log.info("{}: {}", event.getPath(), event.getReason()); }
 * }
 *
 * <p>Published on one virtual thread outside of all actors, in the order in which supervisors saw
 * the events; listeners may block. At most 1,000 events wait; when listeners are slower than that,
 * further events are dropped, and the log says how many. The events of one supervisor are in order;
 * those of different ones are in the order in which they were queued.
 *
 * <p>Needs the property {@code otp.supervision.events}, which is on by default when a listener of
 * these events exists.
 *
 * @since 0.1.0
 */
public abstract sealed class ActorEvent extends ApplicationEvent
        permits ActorStartedEvent,
                ActorCrashedEvent,
                ActorRestartedEvent,
                ActorStoppedEvent,
                SupervisorGaveUpEvent {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String definition;
    private final ChildType type;
    private final transient @Nullable Pid pid;
    private final transient ExitReason reason;

    ActorEvent(
            OtpSystem system,
            String path,
            String definition,
            ChildType type,
            @Nullable Pid pid,
            ExitReason reason) {
        super(system);
        this.path = path;
        this.definition = definition;
        this.type = type;
        this.pid = pid;
        this.reason = reason;
    }

    /** {@return the system} */
    public OtpSystem getSystem() {
        return (OtpSystem) getSource();
    }

    /** {@return the path of the actor, such as {@code /shop/stock}} */
    public String getPath() {
        return path;
    }

    /**
     * {@return what it is an instance of: the actor's name; for a child of a factory the factory's
     * name}
     */
    public String getDefinition() {
        return definition;
    }

    /** {@return whether it is an actor or a supervisor} */
    public ChildType getType() {
        return type;
    }

    /** {@return the process that the event is about} Empty if it has none. */
    public Optional<Pid> getPid() {
        return Optional.ofNullable(pid);
    }

    /** {@return why it has ended; each class of events says which end is meant} */
    public ExitReason getReason() {
        return reason;
    }

    /** {@return the exception because of which it has ended} Empty if there is none. */
    public Optional<Throwable> getCause() {
        return ExitReason.throwableOf(reason);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + path + ", reason=" + reason + "]";
    }
}

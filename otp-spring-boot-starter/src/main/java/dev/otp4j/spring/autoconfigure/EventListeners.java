/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.event.ActorCrashedEvent;
import dev.otp4j.spring.event.ActorEvent;
import dev.otp4j.spring.event.ActorRestartedEvent;
import dev.otp4j.spring.event.ActorStartedEvent;
import dev.otp4j.spring.event.ActorStoppedEvent;
import dev.otp4j.spring.event.SupervisorGaveUpEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.event.GenericApplicationListenerAdapter;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * Finds out whether a context, or one above it, has a listener of the tree's events. Listeners of
 * all events do not count: every Boot application has some.
 */
final class EventListeners {
    private static final List<Class<? extends ActorEvent>> EVENTS =
            List.of(
                    ActorStartedEvent.class,
                    ActorCrashedEvent.class,
                    ActorRestartedEvent.class,
                    ActorStoppedEvent.class,
                    SupervisorGaveUpEvent.class);

    /** An event that only listeners of all events take. */
    private static final class OtherEvent extends ApplicationEvent {
        private static final long serialVersionUID = 1L;

        OtherEvent() {
            super("other");
        }
    }

    private EventListeners() {}

    static boolean exist(ApplicationContext context) {
        for (@Nullable ApplicationContext at = context; at != null; at = at.getParent()) {
            if (at instanceof AbstractApplicationContext listened
                    && listened.getApplicationListeners().stream()
                            .anyMatch(EventListeners::isOfTree)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfTree(ApplicationListener<?> listener) {
        GenericApplicationListener generic =
                listener instanceof GenericApplicationListener own
                        ? own
                        : new GenericApplicationListenerAdapter(listener);
        return !generic.supportsEventType(ResolvableType.forClass(OtherEvent.class))
                && EVENTS.stream()
                        .map(ResolvableType::forClass)
                        .anyMatch(generic::supportsEventType);
    }
}

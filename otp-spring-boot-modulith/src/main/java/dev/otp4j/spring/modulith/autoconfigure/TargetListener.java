/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.spring.transaction.AfterCommit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.transaction.event.TransactionalApplicationListener;

/**
 * Stands for a target among the listeners of the application context: Spring Modulith stores a
 * publication for it, in the publisher's transaction, before it calls the listener.
 *
 * <p>It gives the event to the dispatcher after the commit, and does nothing else on the thread of
 * the transaction, which still holds its connection then.
 */
final class TargetListener
        implements TransactionalApplicationListener<ApplicationEvent>, GenericApplicationListener {
    private final TargetDesk<?> desk;

    TargetListener(TargetDesk<?> desk) {
        this.desk = desk;
    }

    @Override
    public String getListenerId() {
        return desk.listenerId();
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public boolean supportsEventType(ResolvableType type) {
        Class<?> wanted = desk.target().type();
        if (wanted.isAssignableFrom(type.toClass())) return true;
        if (!PayloadApplicationEvent.class.isAssignableFrom(type.toClass())) return false;
        ResolvableType payload = type.as(PayloadApplicationEvent.class).getGeneric();
        return wanted.isAssignableFrom(payload.toClass());
    }

    @Override
    public void addCallback(SynchronizationCallback callback) {
        throw new UnsupportedOperationException("a durable target has no callbacks");
    }

    @Override
    public void onApplicationEvent(ApplicationEvent published) {
        long begun = System.nanoTime();
        Object event = event(published);
        if (event == null) return;
        if (desk.id(event) == null) {
            throw new IllegalStateException(
                    "an event for the durable target '%s' must have an id: %s"
                            .formatted(desk.name(), event.getClass().getName()));
        }
        AfterCommit.send(
                desk.dispatcher.subject(),
                new Dispatcher.Message.Deliver(new Attempt(event, begun, null)));
    }

    /** Called by a resubmission that is Spring Modulith's own. */
    @Override
    public void processEvent(ApplicationEvent published) {
        Object event = event(published);
        if (event == null) return;
        var attempt = new Attempt(event, System.nanoTime(), null);
        desk.dispatcher.subject().send(new Dispatcher.Message.Deliver(attempt));
    }

    private @Nullable Object event(ApplicationEvent published) {
        Object event =
                published instanceof PayloadApplicationEvent<?> carrier
                        ? carrier.getPayload()
                        : published;
        return desk.target().type().isInstance(event) ? event : null;
    }
}

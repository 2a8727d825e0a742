/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import dev.otp4j.process.MessageContext;
import dev.otp4j.process.Pid;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * What a message that is sent carries: the observation and the span of its sender.
 *
 * <p>{@code handling} is written by the handler's thread before the process can crash, and read
 * when its crash is reported; for the messages of a periodic timer it is the last one.
 */
final class ObservedSend implements MessageContext.Token {
    private final MessageObservations observations;
    private final MessageContext.Kind kind;
    private final boolean linked;
    private final int depth;
    private final @Nullable Observation sender;
    private final @Nullable Object senderSpan;
    private volatile @Nullable Observation handling;

    ObservedSend(MessageObservations observations, MessageContext.Outgoing message) {
        this.observations = observations;
        kind = message.kind();
        sender = observations.current();
        int nested = OtpObservationContext.depthIn(sender);
        linked = observations.links(message) || nested > MessageObservations.DEEPEST;
        depth = linked ? 0 : nested;
        senderSpan = observations.spans().current();
    }

    @Override
    public MessageContext.@Nullable Scope handle(Pid receiver, Object message) {
        var context =
                new OtpObservationContext(
                        OtpObservation.HANDLE, kind, receiver, message.getClass());
        context.senderSpan = senderSpan;
        context.linked = linked;
        context.depth = depth;
        ObservedHandling begun =
                ObservedHandling.begin(observations, context, linked ? null : sender);
        if (begun != null) handling = begun.observation();
        return begun;
    }

    @Override
    public MessageContext.@Nullable Scope restore() {
        Observation handled = handling;
        return MessageObservations.scope(handled == null ? sender : handled);
    }
}

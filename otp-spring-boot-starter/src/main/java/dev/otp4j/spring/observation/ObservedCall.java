/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import dev.otp4j.process.CallException;
import dev.otp4j.process.CallResult;
import dev.otp4j.process.MessageContext;
import dev.otp4j.process.Pid;
import io.micrometer.observation.Observation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the request of a call carries: the observation of the call. */
final class ObservedCall implements MessageContext.Token {
    private final MessageObservations observations;
    private final OtpObservationContext context;
    private final Observation call;
    private final @Nullable Observation caller;
    private final @Nullable Object callerSpan;

    private ObservedCall(
            MessageObservations observations,
            OtpObservationContext context,
            Observation call,
            @Nullable Observation caller,
            @Nullable Object callerSpan) {
        this.observations = observations;
        this.context = context;
        this.call = call;
        this.caller = caller;
        this.callerSpan = callerSpan;
    }

    /** Starts the observation of a call. */
    static ObservedCall begin(MessageObservations observations, MessageContext.Outgoing request) {
        Observation caller = observations.current();
        Object callerSpan = observations.spans().current();
        var context =
                new OtpObservationContext(
                        OtpObservation.CALL,
                        request.kind(),
                        request.receiver(),
                        request.message().getClass());
        context.depth = OtpObservationContext.depthIn(caller);
        Observation call = observations.observation(context).start();
        return new ObservedCall(observations, context, call, caller, callerSpan);
    }

    @Override
    public MessageContext.@Nullable Scope handle(Pid receiver, Object message) {
        var handling =
                new OtpObservationContext(
                        OtpObservation.HANDLE, context.kind(), receiver, message.getClass());
        handling.linked = context.depth > MessageObservations.DEEPEST;
        handling.depth = handling.linked ? 0 : context.depth + 1;
        if (call.isNoop()) { // calls are switched off
            handling.senderSpan = callerSpan;
            return ObservedHandling.begin(observations, handling, handling.linked ? null : caller);
        }
        handling.senderSpan = observations.spans().of(call);
        return ObservedHandling.begin(observations, handling, handling.linked ? null : call);
    }

    @Override
    public MessageContext.@Nullable Scope restore() {
        return MessageObservations.scope(caller);
    }

    @Override
    public void ended(@Nullable CallResult<?> result) {
        context.outcome(outcome(result));
        switch (result) {
            case CallResult.Failed<?>(CallException failure) -> call.error(failure);
            case CallResult.Refused<?>(RuntimeException failure) -> call.error(failure);
            case CallResult.Replied<?> replied -> {}
            case null -> {}
        }
        call.stop();
    }

    private static String outcome(@Nullable CallResult<?> result) {
        return switch (result) {
            case null -> "left";
            case CallResult.Replied<?> replied -> "replied";
            case CallResult.Refused<?> refused -> "refused";
            case CallResult.Failed<?>(CallException failure) -> dashed(failure.getClass());
        };
    }

    /** {@code timed-out} for {@code TimedOut}. */
    private static String dashed(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of handled messages: children of their senders' spans, or roots with a link to
 * them. The spans of calls are made by the tracing library's own handler, as those of any other
 * observation.
 *
 * {@snippet :
 * var tracing = new OtpTracingObservationHandler(tracer);
 * registry.observationConfig().observationHandler(tracing);
 * MessageContext observations = tracing.observations(registry, convention, Sends.LINK);
 * }
 *
 * <p>Register it before handlers that support every context, and so that only the first handler
 * that supports a context gets it.
 *
 * @since 0.1.0
 */
public final class OtpTracingObservationHandler
        implements TracingObservationHandler<OtpObservationContext>, Spans {
    private final Tracer tracer;

    /** Creates a handler that uses a tracer. */
    public OtpTracingObservationHandler(Tracer tracer) {
        this.tracer = tracer;
    }

    /**
     * {@return a context of messages whose observations know the spans of their senders}
     *
     * @param registry the registry that this handler is registered with
     * @param convention names the observations and gives their key values
     * @param sends how the handling of messages that are sent belongs to the sender
     */
    public MessageObservations observations(
            ObservationRegistry registry, OtpObservationConvention convention, Sends sends) {
        return new MessageObservations(registry, convention, sends, this);
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof OtpObservationContext own
                && own.observation() == OtpObservation.HANDLE;
    }

    @Override
    public void onStart(OtpObservationContext context) {
        Span.Builder span = tracer.spanBuilder();
        if (!(context.senderSpan instanceof TraceContext sender)) span.setNoParent();
        else if (context.linked) span.setNoParent().addLink(new Link(sender));
        else span.setParent(sender);
        getTracingContext(context).setSpan(span.start());
    }

    @Override
    public void onStop(OtpObservationContext context) {
        Span span = getRequiredSpan(context);
        span.name(getSpanName(context));
        tagSpan(context, span);
        endSpan(context, span);
    }

    @Override
    public Tracer getTracer() {
        return tracer;
    }

    @Override
    public @Nullable Object current() {
        Span span = tracer.currentSpan();
        return span == null ? null : span.context();
    }

    @Override
    public @Nullable Object of(ObservationView observation) {
        TracingContext traced = observation.getContextView().get(TracingContext.class);
        Span span = traced == null ? null : traced.getSpan();
        return span == null ? null : span.context();
    }
}

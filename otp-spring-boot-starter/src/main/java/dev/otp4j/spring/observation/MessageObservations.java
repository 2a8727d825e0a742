/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import dev.otp4j.process.MessageContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Has calls, and the handling of messages, observed by Micrometer.
 *
 * {@snippet :
 * var observations =
 *         new MessageObservations(registry, new DefaultOtpObservationConvention(), Sends.LINK);
 * OtpSystem.builder("shop").root(root).runtime(runtime -> runtime.messageContext(observations));
 * }
 *
 * <p>With spans they are made by {@code OtpTracingObservationHandler.observations}.
 *
 * <p>A call is a child of the caller's current observation, and what the handler does with the
 * request is a child of the call. How the handling of other messages belongs to the sender is said
 * by {@link Sends}. While a handler runs, its observation is the current one of its thread.
 *
 * @since 0.1.0
 */
public final class MessageObservations implements MessageContext {
    /**
     * How deep the handling of a message may be nested. Two actors that send to each other, or call
     * each other with {@code callAsync}, without end would otherwise keep all observations that
     * there ever were.
     */
    static final int DEEPEST = 100;

    private final ObservationRegistry registry;
    private final OtpObservationConvention convention;
    private final Sends sends;
    private final Spans spans;

    /**
     * Creates a context of messages for an application without tracing.
     *
     * @param convention names the observations and gives their key values
     * @param sends how the handling of messages that are sent belongs to the sender
     */
    public MessageObservations(
            ObservationRegistry registry, OtpObservationConvention convention, Sends sends) {
        this(registry, convention, sends, Spans.NONE);
    }

    MessageObservations(
            ObservationRegistry registry,
            OtpObservationConvention convention,
            Sends sends,
            Spans spans) {
        this.registry = registry;
        this.convention = convention;
        this.sends = sends;
        this.spans = spans;
    }

    @Override
    public @Nullable Token capture(Outgoing message) {
        if (registry.isNoop()) return null;
        if (message.kind() == Kind.CALL) return ObservedCall.begin(this, message);
        return sends == Sends.NONE ? null : new ObservedSend(this, message);
    }

    /** An observation that is not started. */
    Observation observation(OtpObservationContext context) {
        return Observation.createNotStarted(convention.getName(context), () -> context, registry)
                .observationConvention(convention);
    }

    @Nullable Observation current() {
        return registry.getCurrentObservation();
    }

    Spans spans() {
        return spans;
    }

    /** Whether the handling of a message that is sent is only linked to its sender. */
    boolean links(Outgoing message) {
        return sends == Sends.LINK || message.repeats();
    }

    /** Opens the scope of an observation on a thread that handles no message. */
    static @Nullable Scope scope(@Nullable Observation observation) {
        if (observation == null) return null;
        Observation.Scope opened = observation.openScope();
        return thrown -> opened.close();
    }
}

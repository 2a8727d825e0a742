/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import dev.otp4j.process.MessageContext;
import dev.otp4j.process.ProcessExit;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** The observation of what a handler does with one message, from its start to its end. */
final class ObservedHandling implements MessageContext.Scope {
    private final OtpObservationContext context;
    private final Observation observation;
    private final Observation.Scope scope;

    private ObservedHandling(
            OtpObservationContext context, Observation observation, Observation.Scope scope) {
        this.context = context;
        this.observation = observation;
        this.scope = scope;
    }

    /**
     * Starts the observation and makes it the current one of the thread. Null if such observations
     * are switched off.
     */
    static @Nullable ObservedHandling begin(
            MessageObservations observations,
            OtpObservationContext context,
            @Nullable Observation parent) {
        Observation observation = observations.observation(context);
        if (observation.isNoop()) return null;
        if (parent != null) observation.parentObservation(parent);
        observation.start();
        try {
            return new ObservedHandling(context, observation, observation.openScope());
        } catch (Throwable thrown) {
            observation.stop();
            throw thrown;
        }
    }

    Observation observation() {
        return observation;
    }

    @Override
    public void close(@Nullable Throwable thrown) {
        try {
            scope.close();
        } finally {
            context.outcome(outcome(thrown));
            if (thrown != null && !(thrown instanceof ProcessExit)) observation.error(thrown);
            observation.stop();
        }
    }

    private static String outcome(@Nullable Throwable thrown) {
        if (thrown == null) return "handled";
        return thrown instanceof ProcessExit ? "ended" : "failed";
    }
}

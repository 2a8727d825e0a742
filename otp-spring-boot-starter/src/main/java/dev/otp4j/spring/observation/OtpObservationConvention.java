/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observations of calls and of handled messages, and gives their key values. Define a
 * bean of this type to replace the {@linkplain DefaultOtpObservationConvention default}.
 *
 * {@snippet :
 * @Bean
 * OtpObservationConvention tenants() {
 *     return new DefaultOtpObservationConvention() {
 *         @Override
 *         public KeyValues getLowCardinalityKeyValues(OtpObservationContext context) {
 *             return super.getLowCardinalityKeyValues(context).and("team", "billing");
 *         }
 *     };
 * }
 * }
 *
 * <p>Called in the thread of the caller and in that of the handler; must not block.
 *
 * @since 0.1.0
 */
public interface OtpObservationConvention extends ObservationConvention<OtpObservationContext> {
    /**
     * {@return the name of an observation} Defaults to that of its {@link OtpObservation}; a name
     * that {@link #getName()} returns counts for both.
     */
    default String getName(OtpObservationContext context) {
        return context.observation().getName();
    }

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof OtpObservationContext;
    }
}

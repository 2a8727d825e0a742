/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import io.micrometer.observation.ObservationView;
import org.jspecify.annotations.Nullable;

/** Finds spans, if there is a tracing library. */
interface Spans {
    /** For an application without tracing. */
    Spans NONE =
            new Spans() {
                @Override
                public @Nullable Object current() {
                    return null;
                }

                @Override
                public @Nullable Object of(ObservationView observation) {
                    return null;
                }
            };

    /** The span of the current thread, or null. */
    @Nullable Object current();

    /** The span of an observation, or null. */
    @Nullable Object of(ObservationView observation);
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of calls and of handled messages, and their key values.
 *
 * @since 0.1.0
 */
public enum OtpObservation implements ObservationDocumentation {
    /** A call, from the request until the caller has the reply or knows of the failure. */
    CALL("otp.call"),
    /** What a handler does with one message. */
    HANDLE("otp.handle");

    private final String observation;

    OtpObservation(String observation) {
        this.observation = observation;
    }

    @Override
    public String getName() {
        return observation;
    }

    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>>
            getDefaultConvention() {
        return DefaultOtpObservationConvention.class;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return LowCardinalityKeys.values();
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return HighCardinalityKeys.values();
    }

    @Override
    public String getPrefix() {
        return "";
    }

    /** Keys with few values. */
    public enum LowCardinalityKeys implements KeyName {
        /**
         * Name of the receiving actor in the code; for a child of a factory, the name of the
         * factory. {@code unknown} if the receiver has no supervisor or is not known.
         */
        ACTOR("actor"),
        /** How the message was sent: {@code send}, {@code call}, {@code send-after}, ... */
        KIND("kind"),
        /** Class of the message, without its package. */
        MESSAGE("message"),
        /**
         * Of a call: {@code replied}, {@code refused}, {@code left}, or what failed, such as {@code
         * timed-out}. Of a handled message: {@code handled}, {@code failed}, or {@code ended} if
         * the process has ended.
         */
        OUTCOME("outcome");

        private final String key;

        LowCardinalityKeys(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }

    /** Keys with many values: of spans, not of meters. */
    public enum HighCardinalityKeys implements KeyName {
        /** Path of the receiving process in its tree; absent if it is not known. */
        PATH("otp.path");

        private final String key;

        HighCardinalityKeys(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }
}

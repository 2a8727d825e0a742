/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The outcome of a request to a subscriber. */
sealed interface Answer {
    /**
     * The subscriber answered with this status.
     *
     * @param retryAfter how long the subscriber asks the relay to wait, or null
     */
    record Status(int code, @Nullable Duration retryAfter) implements Answer {
        boolean isSuccess() {
            return code >= 200 && code < 300;
        }

        boolean isGone() {
            return code == 410;
        }
    }

    /** The subscriber did not answer. */
    record None(Failure why) implements Answer {}

    /** The relay itself could not make the request. This says nothing about the subscriber. */
    record NotMade(String why) implements Answer {}
}

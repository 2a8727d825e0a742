/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

/** The outcome of a request to a subscriber. */
sealed interface Answer {
    /** The subscriber answered with this status. */
    record Status(int code) implements Answer {
        boolean isSuccess() {
            return code >= 200 && code < 300;
        }

        boolean isGone() {
            return code == 410;
        }
    }

    /** The subscriber did not answer. */
    record None(String why) implements Answer {}
}

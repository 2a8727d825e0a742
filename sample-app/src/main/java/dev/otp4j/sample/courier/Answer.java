/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

/** What came of a request to a subscriber. */
sealed interface Answer {
    /** It answered with that status. */
    record Status(int code) implements Answer {
        boolean isSuccess() {
            return code >= 200 && code < 300;
        }

        boolean isGone() {
            return code == 410;
        }
    }

    /** It did not answer. */
    record None(String why) implements Answer {}
}

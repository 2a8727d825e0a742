/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

/**
 * What came of an operation.
 *
 * @param kind how it ended
 * @param text what was done, or why not; without texts of exceptions
 */
record Outcome(Kind kind, String text) {
    /** How an operation ended. */
    enum Kind {
        DONE(200),
        ACCEPTED(202),
        REFUSED(409),
        FAILED(409);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    static Outcome done(String text) {
        return new Outcome(Kind.DONE, text);
    }

    static Outcome accepted(String text) {
        return new Outcome(Kind.ACCEPTED, text);
    }

    static Outcome refused(String text) {
        return new Outcome(Kind.REFUSED, text);
    }

    static Outcome failed(String text) {
        return new Outcome(Kind.FAILED, text);
    }
}

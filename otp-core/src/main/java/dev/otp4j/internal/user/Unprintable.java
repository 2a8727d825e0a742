/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.user;

import org.jspecify.annotations.Nullable;

/** Replaces a throwable in a log if the throwable fails to give its own text. */
final class Unprintable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Used if there is not enough memory for another instance. */
    static final Unprintable BARE = new Unprintable(null, "an exception that cannot be printed");

    Unprintable(@Nullable Throwable original, String text) {
        super(text, null, false, true);
        setStackTrace(stackOf(original));
    }

    private static StackTraceElement[] stackOf(@Nullable Throwable original) {
        try {
            return original == null ? new StackTraceElement[0] : original.getStackTrace();
        } catch (Throwable failure) {
            return new StackTraceElement[0];
        }
    }

    @Override
    public String toString() {
        return String.valueOf(getMessage());
    }
}

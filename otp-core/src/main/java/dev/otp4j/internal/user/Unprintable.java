/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.user;

import org.jspecify.annotations.Nullable;

/** Stands in a log for a throwable whose own text cannot be made. */
final class Unprintable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** For the case that there is no memory for another one. */
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

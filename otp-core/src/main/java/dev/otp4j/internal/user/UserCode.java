/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.user;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls code that the engine did not write: a {@code toString}, a {@code getMessage}, a listener.
 * Such code can throw anything, including a checked exception or a stack overflow, and nothing that
 * it throws may stop the engine.
 *
 * {@snippet :
 * String text = UserCode.text(cause); // never throws
 * UserCode.run(() -> listener.processEnded(pid, reason), failure -> log(failure));
 * }
 */
public final class UserCode {
    private static final StackTraceElement[] NO_STACK = {};
    private static final String NO_TEXT = "(no text: toString failed)";
    private static final String UNKNOWN_FAILURE = "an exception that has no text";

    /**
     * How many throwables of a chain {@link #printable} asks. Loggers recognise a circle of causes,
     * so a chain that is longer than this does no harm.
     */
    private static final int MOST_THROWABLES = 100;

    private UserCode() {}

    /**
     * A callback of the user. It can throw anything: code in Kotlin and sneaky throws also throw
     * checked exceptions that are not declared.
     */
    @FunctionalInterface
    public interface Callback {
        /** Calls the user's code. */
        void call() throws Throwable;
    }

    /** {@return the value's text, or a text that names its class if {@code toString} failed} */
    public static String text(@Nullable Object value) {
        try {
            return String.valueOf(value);
        } catch (Throwable failure) {
            return failedText(value, "toString", failure);
        }
    }

    /**
     * {@return the message of a throwable, or a text that names its class if {@code getMessage}
     * failed}
     */
    public static @Nullable String message(Throwable thrown) {
        try {
            return thrown.getMessage();
        } catch (Throwable failure) {
            return failedText(thrown, "getMessage", failure);
        }
    }

    /** {@return the cause of a throwable, or null if it has none or {@code getCause} failed} */
    public static @Nullable Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable failure) {
            return null;
        }
    }

    /** {@return the stack trace of a throwable; empty if {@code getStackTrace} failed} */
    public static StackTraceElement[] stack(Throwable thrown) {
        try {
            StackTraceElement[] stack = thrown.getStackTrace();
            return stack == null ? NO_STACK : stack;
        } catch (Throwable failure) {
            return NO_STACK;
        }
    }

    /**
     * Runs a callback.
     *
     * @param failed receives what the callback threw; what {@code failed} itself throws is dropped
     */
    public static void run(Callback callback, Consumer<? super Throwable> failed) {
        try {
            callback.call();
        } catch (Throwable failure) {
            runQuietly(() -> failed.accept(failure));
        }
    }

    /** Runs a callback and drops what it throws. */
    public static void runQuietly(Callback callback) {
        try {
            callback.call();
        } catch (Throwable dropped) {
            // the caller cannot use it
        }
    }

    /**
     * {@return {@code thrown}, or a replacement if a logger could not print it} The replacement
     * names the class of {@code thrown} and has its stack trace.
     */
    public static Throwable printable(Throwable thrown) {
        try {
            askAll(thrown, MOST_THROWABLES);
            return thrown;
        } catch (Throwable failure) {
            return standIn(thrown, failure);
        }
    }

    /**
     * Calls each method that a logger calls on a throwable, its causes and suppressed exceptions.
     * Returns how many more throwables may be asked.
     */
    private static int askAll(Throwable thrown, int most) {
        int left = most;
        for (Throwable t = thrown; t != null && left > 0; t = t.getCause(), left--) {
            String unused = t + t.getMessage() + t.getStackTrace().length;
            for (Throwable suppressed : t.getSuppressed()) left = askAll(suppressed, left - 1);
        }
        return left;
    }

    private static Throwable standIn(Throwable thrown, Throwable failure) {
        try {
            return new Unprintable(thrown, failedText(thrown, "its text", failure));
        } catch (Throwable again) {
            return Unprintable.BARE;
        }
    }

    private static String failedText(@Nullable Object value, String what, Throwable failure) {
        try {
            String type = value == null ? "null" : value.getClass().getName();
            return "(" + type + ": " + what + " failed with " + failure.getClass().getName() + ")";
        } catch (Throwable again) {
            return value instanceof Throwable ? UNKNOWN_FAILURE : NO_TEXT;
        }
    }
}

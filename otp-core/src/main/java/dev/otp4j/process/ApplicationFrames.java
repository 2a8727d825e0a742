/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.user.UserCode;
import java.util.List;
import java.util.Optional;

/** Tells stack frames of the application from those of the JDK and of this library. */
final class ApplicationFrames {
    private static final List<String> OTHERS =
            List.of(
                    "java.",
                    "javax.",
                    "jdk.",
                    "sun.",
                    "com.sun.",
                    "dev.otp4j.process.",
                    "dev.otp4j.actor.",
                    "dev.otp4j.supervisor.",
                    "dev.otp4j.application.",
                    "dev.otp4j.sys.",
                    "dev.otp4j.internal.",
                    "dev.otp4j.spring.");

    private ApplicationFrames() {}

    static boolean contains(StackTraceElement frame) {
        for (String prefix : OTHERS) {
            if (frame.getClassName().startsWith(prefix)) return false;
        }
        return true;
    }

    /** The frame of the application that is nearest to where {@code thrown} was thrown. */
    static Optional<StackTraceElement> first(Throwable thrown) {
        for (StackTraceElement frame : UserCode.stack(thrown)) {
            if (contains(frame)) return Optional.of(frame);
        }
        return Optional.empty();
    }
}

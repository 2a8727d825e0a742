/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import dev.otp4j.process.CrashReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A crash of a process, and what its supervisor did about it.
 *
 * <p>Components may be added: do not rely on the constructor.
 *
 * @param at when it crashed, by the wall clock
 * @param path path of the process, or the text of its pid
 * @param definition what the process is an instance of
 * @param causes class names of the exception and its causes, the outermost first; for an abnormal
 *     stop the text of the reason's kind
 * @param texts texts of the same exceptions; may hold data of the application
 * @param generation how many-th life of that child it was, from 1; null if its supervisor has not
 *     said so yet, or there is none
 * @param messageType class name of the message that it handled, or null if it handled none
 * @param messageSize characters of that message if it is a string, elements if it is an array; else
 *     null
 * @param message that message as the runtime's {@code Redaction} shows it, or null
 * @param frame the first frame of the application in the exception's stack, or null
 * @param queued number of messages that were queued
 * @param decision what the supervisor did, or null if it has not said so yet, or there is none
 * @param ranAgainAfter time until its successor was initialised, or null if it has none yet
 * @since 0.1.0
 */
public record Crash(
        Instant at,
        String path,
        String definition,
        List<String> causes,
        List<String> texts,
        @Nullable Integer generation,
        @Nullable String messageType,
        @Nullable Integer messageSize,
        @Nullable String message,
        @Nullable StackTraceElement frame,
        int queued,
        @Nullable String decision,
        @Nullable Duration ranAgainAfter) {
    /** Copies the lists. */
    public Crash {
        causes = List.copyOf(causes);
        texts = List.copyOf(texts);
    }

    /**
     * {@return what a report says, at this moment} Asks no process; asks the exceptions for their
     * texts and causes, whatever they throw.
     */
    public static Crash of(CrashReport report) {
        return Crashes.of(report);
    }

    Crash decided(String what, int life) {
        return new Crash(
                at,
                path,
                definition,
                causes,
                texts,
                life,
                messageType,
                messageSize,
                message,
                frame,
                queued,
                what,
                ranAgainAfter);
    }

    Crash ranAgain(Duration after) {
        return new Crash(
                at,
                path,
                definition,
                causes,
                texts,
                generation,
                messageType,
                messageSize,
                message,
                frame,
                queued,
                decision,
                after);
    }
}

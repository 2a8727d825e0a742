/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A process has ended by an exception or an abnormal stop: what it was, and what it was at. Told to
 * {@link ProcessListener#processCrashed} and written as one line, with the throwable, before what a
 * supervisor says of it.
 *
 * <p>Message and state are texts that a {@link Redaction} made, by default types and sizes only.
 *
 * <p>Components may be added in any release: do not call the constructor, and do not match with a
 * record pattern. Tests make one with {@link #builder}.
 *
 * <p>Counterpart: a crash report, and what {@code gen_server} logs when it terminates.
 *
 * @param process the process, with its path if it has one
 * @param name the name it held, or null
 * @param module the class whose code it ran, or null for a body without one
 * @param reason why it ended
 * @param ancestors the process that started it, the one that started that, and so on, as far as
 *     known
 * @param links the processes it was linked to
 * @param mailboxSize how many messages were queued
 * @param trapsExits whether exit signals were messages to it
 * @param lastMessage the message it was handling, redacted; null if it was handling none
 * @param client the process that waits for a reply to that message, or null
 * @param state its state, redacted; null if it had none
 * @param messageType class name of the message it was handling, or null
 * @param messageSize characters of a string or elements of an array that it was handling, or null:
 *     the size of anything else is known to the application's code alone
 * @param step the step of a {@code continueThen} that it was running, {@code after-message} or
 *     {@code after-start}; null if it was running none
 * @param at when it crashed, by the wall clock
 * @since 0.1.0
 */
public record CrashReport(
        Pid process,
        @Nullable Name<?> name,
        @Nullable Class<?> module,
        ExitReason reason,
        List<Pid> ancestors,
        List<Pid> links,
        int mailboxSize,
        boolean trapsExits,
        @Nullable String lastMessage,
        @Nullable Pid client,
        @Nullable String state,
        @Nullable String messageType,
        @Nullable Integer messageSize,
        @Nullable String step,
        Instant at) {
    private static final int SHOWN = 10;

    /** Copies the lists. */
    public CrashReport {
        ancestors = List.copyOf(ancestors);
        links = List.copyOf(links);
    }

    /** {@return a builder of a report, for tests of what is told of crashes} */
    public static Builder builder(Pid process, ExitReason reason) {
        return new Builder(process, reason);
    }

    /**
     * Builds a {@link CrashReport}: of a process without a name, links and messages, unless set.
     * Mutable: each method changes the builder and returns it. Not thread-safe.
     */
    public static final class Builder {
        private final Pid process;
        private final ExitReason reason;
        private @Nullable Name<?> name;
        private @Nullable Class<?> module;
        private List<Pid> ancestors = List.of();
        private List<Pid> links = List.of();
        private int mailboxSize;
        private boolean trapsExits;
        private @Nullable String lastMessage;
        private @Nullable Pid client;
        private @Nullable String state;
        private @Nullable String messageType;
        private @Nullable Integer messageSize;
        private @Nullable String step;

        private Builder(Pid process, ExitReason reason) {
            this.process = Arguments.notNull("process", process);
            this.reason = Arguments.notNull("reason", reason);
        }

        /** The name that the process held. */
        public Builder name(@Nullable Name<?> held) {
            name = held;
            return this;
        }

        /** The class whose code it ran. */
        public Builder module(@Nullable Class<?> type) {
            module = type;
            return this;
        }

        /** The process that started it, the one that started that, and so on. */
        public Builder ancestors(List<Pid> above) {
            ancestors = List.copyOf(above);
            return this;
        }

        /** The processes it was linked to. */
        public Builder links(List<Pid> partners) {
            links = List.copyOf(partners);
            return this;
        }

        /** How many messages were queued; 0 by default. */
        public Builder mailboxSize(int queued) {
            mailboxSize = queued;
            return this;
        }

        /** Whether exit signals were messages to it; false by default. */
        public Builder trapsExits(boolean traps) {
            trapsExits = traps;
            return this;
        }

        /** The message it was handling, redacted. */
        public Builder lastMessage(@Nullable String message) {
            lastMessage = message;
            return this;
        }

        /** The process that waits for an answer to that message. */
        public Builder client(@Nullable Pid caller) {
            client = caller;
            return this;
        }

        /** Its state, redacted. */
        public Builder state(@Nullable String text) {
            state = text;
            return this;
        }

        /** The class name of the message it was handling. */
        public Builder messageType(@Nullable String className) {
            messageType = className;
            return this;
        }

        /** The size of the message it was handling. */
        public Builder messageSize(@Nullable Integer size) {
            messageSize = size;
            return this;
        }

        /** The step of a {@code continueThen} that it was running. */
        public Builder step(@Nullable String name) {
            step = name;
            return this;
        }

        /** {@return the report} */
        public CrashReport build() {
            return new CrashReport(
                    process,
                    name,
                    module,
                    reason,
                    ancestors,
                    links,
                    mailboxSize,
                    trapsExits,
                    lastMessage,
                    client,
                    state,
                    messageType,
                    messageSize,
                    step,
                    Instant.now());
        }
    }

    /** {@return the exception by which the process has ended} Empty for an abnormal stop. */
    public Optional<Throwable> throwable() {
        return ExitReason.throwableOf(reason);
    }

    /**
     * {@return the first frame in the exception's stack that belongs neither to the JDK nor to this
     * library} That is the line of the application that is nearest to the failure.
     */
    public Optional<StackTraceElement> applicationFrame() {
        return throwable().flatMap(ApplicationFrames::first);
    }

    /** The log line. */
    @Override
    public String toString() {
        return "process="
                + process
                + " context=crash reason="
                + reason
                + (name == null ? "" : " name=" + name)
                + (module == null ? "" : " module=" + module.getTypeName())
                + (lastMessage == null ? "" : " message=" + lastMessage)
                + (step == null ? "" : " step=" + step)
                + (client == null ? "" : " client=" + client)
                + (state == null ? "" : " state=" + state)
                + " queued="
                + mailboxSize
                + " traps="
                + trapsExits
                + " ancestors="
                + some(ancestors)
                + " links="
                + some(links);
    }

    private static String some(List<Pid> pids) {
        String more = pids.size() > SHOWN ? ", and " + (pids.size() - SHOWN) + " more" : "";
        return pids.stream()
                .limit(SHOWN)
                .map(Pid::toString)
                .collect(Collectors.joining(", ", "[", more + "]"));
    }
}

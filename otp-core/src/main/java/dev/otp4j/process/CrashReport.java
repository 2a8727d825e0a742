/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A process has ended by an exception or an abnormal stop: what it was, and what it was at. Told to
 * {@link ProcessListener#processCrashed} and written as one line, with the throwable, before what a
 * supervisor says of it.
 *
 * <p>Message and state are texts that a {@link Redaction} made, by default types and sizes only.
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
 * @param client who waits for an answer to that message, or null
 * @param state its state, redacted; null if it had none
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
        @Nullable String state) {
    private static final int SHOWN = 10;

    /** Copies the lists. */
    public CrashReport {
        ancestors = List.copyOf(ancestors);
        links = List.copyOf(links);
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import dev.otp4j.process.CrashReport;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the record of a crash from the engine's report. Asks no process; what an exception throws
 * when it is asked for its text does no harm.
 */
final class Crashes {
    private static final int MOST_CAUSES = 10;
    private static final int LONGEST_TEXT = 500;

    private Crashes() {}

    static Crash of(CrashReport report) {
        var causes = new ArrayList<String>();
        var texts = new ArrayList<String>();
        Throwable thrown = report.throwable().orElse(null);
        for (Throwable t = thrown; t != null && causes.size() < MOST_CAUSES; t = cause(t)) {
            causes.add(t.getClass().getName());
            texts.add(text(t));
        }
        if (causes.isEmpty()) {
            ExitReason reason = report.reason();
            causes.add(reason.getClass().getSimpleName());
            texts.add(shortened(reason.toString()));
        }
        return new Crash(
                report.at(),
                Paths.of(report.process()),
                definition(report),
                causes,
                texts,
                null,
                report.messageType(),
                report.messageSize(),
                report.lastMessage(),
                report.applicationFrame().orElse(null),
                report.mailboxSize(),
                null,
                null);
    }

    private static @Nullable Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable hostile) {
            return null;
        }
    }

    private static String text(Throwable thrown) {
        try {
            return shortened(String.valueOf(thrown.getMessage()));
        } catch (Throwable hostile) {
            return "unknown: " + hostile.getClass().getName();
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    /**
     * Of a dead process only its path is left. Its supervisor mostly lives on, but not if it gave
     * up because of this crash: then the path says it.
     */
    private static String definition(CrashReport report) {
        List<Pid> ancestors = report.ancestors();
        Optional<SupervisorInfo> above =
                ancestors.isEmpty() ? Optional.empty() : SupervisorInfo.of(ancestors.getFirst());
        if (above.isPresent() && above.get().isFactory()) return above.get().definition();
        String path = ProcessInfo.pathOf(report.process()).orElse("");
        if (path.length() > 1) {
            return above.isPresent()
                    ? path.substring(path.lastIndexOf('/') + 1)
                    : Paths.ofEnded(report.process());
        }
        return report.module() == null ? Paths.of(report.process()) : report.module().getName();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.user.UserCode;
import java.lang.System.Logger.Level;
import java.lang.reflect.Array;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the report on a process that is about to end by a failure, in that process, and hands it
 * on. If the user's code throws while the report asks it for an answer, the report says so in place
 * of the answer.
 */
final class CrashReports {
    private static final System.Logger LOG = Logs.of("dev.otp4j.process.crash");

    private CrashReports() {}

    /**
     * Reports on a process that is still alive.
     *
     * @param handled the node that the process was handling, or null
     * @throws OutOfMemoryError if there is no memory; nothing was reported then
     */
    static void of(
            ReportingEngine runtime, ProcessCell cell, ExitReason reason, @Nullable Node handled) {
        hand(runtime, report(runtime, cell, reason, handled), Envelope.noted(handled));
    }

    /** Reports on a process that has ended meanwhile, with what is still known of it. */
    static void ofDead(ReportingEngine runtime, ProcessCell cell, ExitReason reason) {
        BehaviorState<?> behavior = cell.behavior;
        hand(
                runtime,
                new CrashReport(
                        cell,
                        (Name<?>) cell.name(),
                        behavior == null ? null : module(behavior),
                        reason,
                        List.of(),
                        List.of(),
                        0,
                        cell.trapExits,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Instant.now()),
                null);
    }

    /** Has the report delivered, in the context of the message that the process was handling. */
    private static void hand(ReportingEngine runtime, CrashReport report, @Nullable Noted noted) {
        Runnable delivery = () -> deliver(runtime, report);
        runtime.reportSurely(
                report.process(),
                noted == null ? delivery : () -> runtime.contexts.restored(noted, delivery));
    }

    private static void deliver(ReportingEngine runtime, CrashReport report) {
        Throwable thrown = ExitReason.throwableOf(report.reason()).orElse(null);
        UserCode.runQuietly(
                () ->
                        LOG.log(
                                Level.ERROR,
                                report.toString(),
                                thrown == null ? null : UserCode.printable(thrown)));
        runtime.tellCrash(report);
    }

    private static CrashReport report(
            ReportingEngine runtime, ProcessCell cell, ExitReason reason, @Nullable Node handled) {
        BehaviorState<?> behavior = cell.behavior;
        Node last = handled instanceof Signal.SystemRequest ? null : handled;
        return new CrashReport(
                cell,
                (Name<?>) cell.name(),
                behavior == null ? null : module(behavior),
                reason,
                ancestors(cell),
                List.copyOf(cell.linkList()),
                cell.depth(),
                cell.trapExits,
                last == null ? null : shown(runtime, last.item),
                last == null ? null : cell.clientOf(last),
                behavior == null ? null : state(runtime, behavior),
                last == null ? null : last.item.getClass().getName(),
                last == null ? null : size(last.item),
                step(cell),
                Instant.now());
    }

    private static @Nullable String step(ProcessCell cell) {
        Runner own = cell.runner;
        return own == null ? null : own.step;
    }

    /** Asks no code of the application. */
    private static @Nullable Integer size(Object message) {
        if (message instanceof String text) return text.length();
        return message.getClass().isArray() ? Array.getLength(message) : null;
    }

    private static List<Pid> ancestors(ProcessCell cell) {
        var ancestors = new ArrayList<Pid>();
        for (Pid above = cell.parent;
                above != null;
                above = ProcessInfo.parentOf(above).orElse(null)) {
            ancestors.add(above);
        }
        return ancestors;
    }

    private static @Nullable Class<?> module(BehaviorState<?> behavior) {
        try {
            return behavior.module();
        } catch (Throwable failed) {
            return behavior.getClass();
        }
    }

    private static @Nullable String state(ReportingEngine runtime, BehaviorState<?> behavior) {
        if (!behavior.hasStarted()) return null;
        try {
            Object state = behavior.snapshot();
            return state == null ? null : shown(runtime, state);
        } catch (Throwable failed) {
            return "unknown: " + failed.getClass().getTypeName();
        }
    }

    private static String shown(ReportingEngine runtime, Object value) {
        try {
            return runtime.redaction().show(value);
        } catch (Throwable failed) {
            return "redaction failed: " + failed.getClass().getTypeName();
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.user.UserCode;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Where a supervisor's reports go. {@link SupervisorListener#counted} gets each of them at once;
 * the log, one line each, and {@link SupervisorListener#reported} get them later. Never fails and
 * never waits.
 */
final class ReportSink {
    private static final System.Logger LOG = Logs.of("dev.otp4j.supervisor");

    private final ProcessRuntime runtime = ProcessRuntime.current();
    private final BiConsumer<Pid, Runnable> later;

    /**
     * @param later takes what is to be done later, in order, and the process that it is about
     */
    ReportSink(BiConsumer<Pid, Runnable> later) {
        this.later = later;
    }

    /** The present ones: listeners can be added while the supervisor runs. */
    private List<SupervisorListener> listeners() {
        return runtime.listeners(SupervisorListener.class);
    }

    /** Whether the log or a listener takes such a report. */
    boolean heard(SupervisorReport.Context context) {
        return !listeners().isEmpty() || LOG.isLoggable(level(context));
    }

    /**
     * Counted at once; the log and the listeners follow later. Queued before it is counted: a
     * thread that reads the counter can then wait for the log line.
     */
    void publish(SupervisorReport report) {
        Pid child = report.pid();
        later.accept(child == null ? report.supervisor() : child, () -> deliver(report));
        count(report);
    }

    /** Counted at once, and neither logged nor reported. */
    void count(SupervisorReport report) {
        List<SupervisorListener> listeners = listeners();
        if (listeners.isEmpty()) return;
        Processes.outside(
                () -> {
                    for (SupervisorListener listener : listeners) {
                        tell(listener, () -> listener.counted(report), report);
                    }
                    return true;
                });
    }

    /** Whether a listener takes the end of a child. */
    boolean isHeard() {
        return !listeners().isEmpty();
    }

    /** Counted at once, and neither logged nor reported. */
    void count(ChildEnd end) {
        List<SupervisorListener> listeners = listeners();
        Processes.outside(
                () -> {
                    for (SupervisorListener listener : listeners) {
                        tell(listener, () -> listener.childEnded(end), end);
                    }
                    return true;
                });
    }

    private void deliver(SupervisorReport report) {
        UserCode.runQuietly(() -> LOG.log(level(report.context()), report::toString));
        for (SupervisorListener listener : listeners()) {
            tell(listener, () -> listener.reported(report), report);
        }
    }

    private static Level level(SupervisorReport.Context context) {
        return switch (context) {
            case START_ERROR, CHILD_TERMINATED, SHUTDOWN -> Level.ERROR;
            case SHUTDOWN_ERROR -> Level.WARNING;
            case RESTARTED -> Level.INFO;
            case STARTED -> Level.DEBUG;
        };
    }

    private void tell(SupervisorListener listener, Runnable event, Object report) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        try {
            event.run();
        } catch (Throwable e) {
            runtime.listenerFailed(listener, report, e);
        } finally {
            Thread.interrupted(); // a listener's interrupt must not end the supervisor's next wait
            current.setContextClassLoader(before); // a listener may have changed it
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.user.UserCode;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where a supervisor's reports go: to who counts at once, later to the log, one line each, and to
 * the runtime's listeners. Never fails and never waits.
 */
final class Reports {
    private static final System.Logger LOG = Logs.of("dev.otp4j.supervisor");

    private final ProcessRuntime runtime = ProcessRuntime.current();
    private final Consumer<Runnable> later;

    /**
     * @param later takes what is to be done later, in order
     */
    Reports(Consumer<Runnable> later) {
        this.later = later;
    }

    /** Those there are now: listeners can be added while the supervisor runs. */
    private List<SupervisorListener> listeners() {
        return runtime.listeners(SupervisorListener.class);
    }

    /** Whether anybody is told of that. */
    boolean heard(SupervisorReport.Context context) {
        return !listeners().isEmpty() || LOG.isLoggable(level(context));
    }

    /** Reports to everybody. */
    void publish(SupervisorReport report) {
        count(report);
        later.accept(() -> deliver(report));
    }

    /** Reports to who counts only. */
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

    private void tell(SupervisorListener listener, Runnable event, SupervisorReport report) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        try {
            event.run();
        } catch (Throwable e) {
            runtime.listenerFailed(listener, report, e);
        } finally {
            Thread.interrupted(); // what a listener left is not to end the supervisor's next wait
            current.setContextClassLoader(before); // nor seen by its children's start functions
        }
    }
}

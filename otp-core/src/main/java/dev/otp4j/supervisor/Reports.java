/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import java.lang.System.Logger.Level;
import java.util.List;

/** Where a supervisor's reports go: one log line each, and the runtime's listeners. Never fails. */
final class Reports {
    private static final System.Logger LOG = System.getLogger("dev.otp4j.supervisor");

    private final List<SupervisorListener> listeners =
            ProcessRuntime.current().listeners(SupervisorListener.class);

    void publish(SupervisorReport report) {
        Level level =
                switch (report.context()) {
                    case START_ERROR, CHILD_TERMINATED, SHUTDOWN -> Level.ERROR;
                    case SHUTDOWN_ERROR -> Level.WARNING;
                    case RESTARTED -> Level.INFO;
                    case STARTED -> Level.DEBUG;
                };
        try {
            LOG.log(level, report::toString);
        } catch (RuntimeException | Error ignored) {
            // a failing log must not keep the supervisor from its work
        }
        Processes.outside(
                () -> {
                    for (SupervisorListener listener : listeners) tell(listener, report);
                    return true;
                });
    }

    private static void tell(SupervisorListener listener, SupervisorReport report) {
        try {
            listener.reported(report);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "listener failed on: " + report, e);
        } finally {
            Thread.interrupted(); // what a listener left is not to end the supervisor's next wait
        }
    }
}

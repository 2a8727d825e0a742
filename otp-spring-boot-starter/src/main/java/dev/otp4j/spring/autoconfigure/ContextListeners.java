/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.CrashReport;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Passes on to the listener beans of the context what the engine reports. They are found when the
 * tree starts, so that they may use subjects themselves.
 */
final class ContextListeners implements SupervisorListener {
    private static final Log LOG = LogFactory.getLog(ContextListeners.class);

    private volatile List<ProcessListener> listeners = List.of();

    /** Tells these from now on, but itself, which is a bean of that type as well. */
    void tell(List<ProcessListener> found) {
        listeners = found.stream().filter(listener -> listener != this).toList();
    }

    @Override
    public void reported(SupervisorReport report) {
        for (ProcessListener listener : listeners) {
            if (listener instanceof SupervisorListener supervisors) {
                tell(listener, () -> supervisors.reported(report));
            }
        }
    }

    @Override
    public void counted(SupervisorReport report) {
        for (ProcessListener listener : listeners) {
            if (listener instanceof SupervisorListener supervisors) {
                tell(listener, () -> supervisors.counted(report));
            }
        }
    }

    @Override
    public void processCrashed(CrashReport report) {
        for (ProcessListener listener : listeners) {
            tell(listener, () -> listener.processCrashed(report));
        }
    }

    @Override
    public void processEnded(Pid pid, ExitReason reason) {
        for (ProcessListener listener : listeners) {
            tell(listener, () -> listener.processEnded(pid, reason));
        }
    }

    /** One that fails keeps nothing from the others. */
    private static void tell(ProcessListener listener, Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            LOG.warn("listener failed: " + listener, e);
        }
    }
}

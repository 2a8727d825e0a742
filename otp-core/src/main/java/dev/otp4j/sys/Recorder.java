/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.threads.Nanos;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.SystemControl;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What tools watch of one process: its log, its trace and its statistics. Only that process uses
 * it, except for {@link #logged}, hence the monitor around the log.
 *
 * <p>The recorder notices that the log's time is over when the next message comes or when a tool
 * looks. So it needs no timer, and a process that is not watched needs no recorder.
 */
final class Recorder implements SystemControl.Observer {
    private static final System.Logger LOG = Logs.of("dev.otp4j.sys");

    private final Pid pid;
    private final ArrayDeque<LoggedEvent> last = new ArrayDeque<>();
    private int kept;
    private long logStart;
    private long logNanos;
    private int traced;
    private @Nullable Instant countedSince;
    private long messagesIn;

    private Recorder(Pid pid) {
        this.pid = pid;
    }

    /** The recorder of the process that serves the request, or a new one. */
    static Recorder of(SystemControl control) {
        return control.observer().orElse(null) instanceof Recorder recorder
                ? recorder
                : new Recorder(control.pid());
    }

    /** Makes the process call this recorder as long as something is switched on. */
    void attach(SystemControl control) {
        boolean used = kept > 0 || !last.isEmpty() || traced > 0 || countedSince != null;
        control.observe(used ? this : null);
    }

    StatusInfo.Debug debug() {
        endLogInTime();
        return new StatusInfo.Debug(countedSince != null, kept, traced);
    }

    void log(int events, Duration limit) {
        kept = events;
        logStart = ProcessRuntime.current().nanoTime();
        logNanos = Nanos.of(limit);
        synchronized (last) {
            while (last.size() > kept) last.removeFirst();
        }
    }

    /** Ends the log if its time is over; it keeps its events. */
    private void endLogInTime() {
        boolean over = kept > 0 && ProcessRuntime.current().nanoTime() - logStart > logNanos;
        if (over) kept = 0;
    }

    void trace(int events) {
        traced = events;
    }

    void count(boolean on) {
        countedSince = on ? Instant.now() : null;
        messagesIn = 0;
    }

    /** The events that the log has kept, oldest first. Any thread may ask. */
    List<LoggedEvent> logged() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }

    private void add(LoggedEvent event) {
        synchronized (last) {
            if (last.size() == kept) last.removeFirst();
            last.addLast(event);
        }
    }

    Optional<Statistics> statistics() {
        return Optional.ofNullable(countedSince)
                .map(since -> new Statistics(since, Instant.now(), messagesIn));
    }

    @Override
    public void receiving(Object message) {
        messagesIn++;
        endLogInTime();
        if (kept == 0 && traced == 0) return;
        String type = message.getClass().getName();
        if (kept > 0) add(new LoggedEvent(Instant.now(), type));
        if (traced > 0) trace(type);
    }

    private void trace(String type) {
        traced--;
        try {
            ProcessRuntime.current().inContextOf(pid, () -> logTrace(type));
        } catch (Throwable ignored) {
            // a failing log must not end the process
        }
    }

    private void logTrace(String type) {
        LOG.log(
                Level.INFO,
                "{0} receives a message of type {1}; {2} more messages will be traced",
                pid,
                type,
                traced);
    }
}

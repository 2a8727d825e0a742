/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.jfr;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.observer.Crash;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.DroppedMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.FailedCall;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.StuckHandler;
import dev.otp4j.supervisor.ChildFailure;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A listener that commits an event of JDK Flight Recorder for each crash, restart, supervisor that
 * gave up, failed call, dropped message and stuck handler. Needs the module {@code jdk.jfr}.
 *
 * {@snippet :
 * OtpSystem.builder("shop").root(tree).listener(new JfrEvents()).build();
 * }
 *
 * <p>The events are {@code dev.otp4j.Crash}, {@code Restart}, {@code GaveUp}, {@code CallFailed},
 * {@code Dropped} and {@code Stuck}, in the category {@code OTP}. They have types, paths and
 * counts, never a message, a state or the text of an exception. As long as no recording runs that
 * has an event enabled, what it would show is not made. Failed calls and dropped messages are
 * throttled to 100 events a second each; {@code total} counts those without an event too.
 *
 * <p>{@link #slowHandlers} adds {@code dev.otp4j.HandlerSlow}. Thread-safe.
 *
 * <p>Counterpart: none; the trace of {@code system_monitor} and {@code long_schedule} comes near.
 *
 * @since 0.1.0
 */
public final class JfrEvents implements SupervisorListener {
    private final LongAdder drops = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /** Makes a listener for one runtime or several. */
    public JfrEvents() {}

    /**
     * {@return a timing that commits {@code dev.otp4j.HandlerSlow} for each handler that takes
     * longer for one message than the threshold of that event, 20 ms by default} A recording sets
     * another one: {@code dev.otp4j.HandlerSlow#threshold=100ms}.
     *
     * <p>To be used with {@code ProcessRuntime.Builder.timing(1, …)}. So it costs what the timing
     * of all messages costs, about one look at the clock for each message, also while no recording
     * runs; without this timing a message costs nothing.
     *
     * @param also gets the times too, or null
     */
    public static HandlerTiming slowHandlers(@Nullable HandlerTiming also) {
        return process -> new SlowHandler(process, also == null ? null : also.recorder(process));
    }

    @Override
    public void processCrashed(CrashReport report) {
        var event = new Events.Crash();
        if (!event.shouldCommit()) return;
        Crash crash = Crash.of(report);
        event.path = crash.path();
        event.definition = crash.definition();
        event.exceptionType = typeOf(report.reason());
        event.rootCauseType =
                report.throwable().isPresent() ? crash.causes().getLast() : event.exceptionType;
        event.messageType = crash.messageType();
        event.frame = crash.frame() == null ? null : crash.frame().toString();
        event.mailboxSize = crash.queued();
        event.commit();
    }

    @Override
    public void counted(SupervisorReport report) {
        switch (report.context()) {
            case RESTARTED -> restarted(report);
            case SHUTDOWN -> gaveUp(report);
            case STARTED, START_ERROR, CHILD_TERMINATED, SHUTDOWN_ERROR -> {}
        }
    }

    private static void restarted(SupervisorReport report) {
        var event = new Events.Restart();
        if (!event.shouldCommit()) return;
        Duration took = report.took();
        event.path = childOf(report);
        event.definition = report.definition();
        event.reasonType = typeOf(report.reason());
        event.took = took == null ? 0 : took.toNanos();
        event.commit();
    }

    private static void gaveUp(SupervisorReport report) {
        var event = new Events.GaveUp();
        if (!event.shouldCommit()) return;
        event.path = report.supervisorPath();
        event.definition = report.supervisorDefinition();
        event.child = childOf(report);
        event.commit();
    }

    private static String typeOf(ExitReason reason) {
        return new ChildFailure(Instant.EPOCH, reason).type();
    }

    private static String childOf(SupervisorReport report) {
        String above = report.supervisorPath();
        return (above.equals("/") ? "" : above) + "/" + report.child();
    }

    @Override
    public void callFailed(FailedCall call) {
        failures.increment();
        var event = new Events.CallFailed();
        if (!event.shouldCommit()) return;
        event.caller = ProcessInfo.pathOf(call.caller()).orElse(null);
        event.callee = path(call.callee(), call.calleeName());
        event.requestType = call.requestType();
        event.outcome = call.failure().getClass().getSimpleName();
        event.total = failures.sum();
        event.commit();
    }

    @Override
    public void messageDropped(DroppedMessage dropped) {
        drops.increment();
        var event = new Events.Dropped();
        if (!event.shouldCommit()) return;
        event.receiver = path(dropped.receiver(), dropped.name());
        event.reason = dropped.reason().name();
        event.messageType = dropped.type();
        event.total = drops.sum();
        event.commit();
    }

    @Override
    public void handlerStuck(StuckHandler stuck) {
        var event = new Events.Stuck();
        if (!event.shouldCommit()) return;
        Pid awaits = stuck.awaits();
        event.path = path(stuck.pid());
        event.definition = definition(stuck.pid());
        event.messageType = stuck.messageType();
        event.busyFor = stuck.age().toNanos();
        event.awaits = awaits == null ? null : path(awaits);
        event.frame =
                stuck.applicationFrames().stream()
                        .findFirst()
                        .map(StackTraceElement::toString)
                        .orElse(null);
        event.commit();
    }

    private static @Nullable String path(@Nullable Pid process, @Nullable Name<?> name) {
        if (process != null) return path(process);
        return name == null ? null : name.toString();
    }

    /** The path of a process, or the text of its pid if it has none. */
    static String path(Pid process) {
        return ProcessInfo.pathOf(process).orElseGet(process::toString);
    }

    /** What a process is an instance of, or null if that is not known. */
    static @Nullable String definition(Pid process) {
        return ProcessDefinition.of(process).map(ProcessDefinition::name).orElse(null);
    }
}

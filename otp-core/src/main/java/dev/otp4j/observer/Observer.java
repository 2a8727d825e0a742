/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.SystemListener;
import dev.otp4j.application.Termination;
import dev.otp4j.process.CallCircle;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.DroppedMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.FailedCall;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Starvation;
import dev.otp4j.process.StuckHandler;
import dev.otp4j.process.Zombie;
import dev.otp4j.supervisor.ChildFailure;
import dev.otp4j.supervisor.PendingRestart;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what happened in a system: events, crashes, starts, dropped messages, failed calls. A
 * listener of the system from its first start on.
 *
 * {@snippet :
 * Observer observer = new Observer();
 * OtpSystem system = OtpSystem.builder("shop").root(tree).listener(observer).build();
 * system.start();
 * for (CrashGroup group : observer.crashes().groups()) print(group);
 * }
 *
 * <p>What it keeps is bounded, survives the processes, and is never part of a message's way: it is
 * told when something went wrong, was started or was stopped. Reading asks no process and blocks
 * for no longer than a copy takes. Thread-safe.
 *
 * <p>Counterpart: the event log and the crash browser of Erlang's {@code observer} and {@code rb}.
 *
 * @since 0.1.0
 */
public final class Observer implements SupervisorListener, SystemListener {
    /** So many events are kept. */
    public static final int EVENTS = 1_000;

    private static final int KEYS = 1_000;
    private static final String OUTSIDE = "outside of processes";

    private record DropKey(String reason, String receiver, String type) {}

    private record CallKey(String callee, String outcome) {}

    private final EventLog events = new EventLog(EVENTS);
    private final CrashLog crashes = new CrashLog();
    private final StartLog starts = new StartLog();
    private final Counted<DropKey, Dropped> dropped = new Counted<>(KEYS, Observer::added);
    private final Counted<CallKey, CallFailures> calls = new Counted<>(KEYS, Observer::added);

    /** Makes an observer that has seen nothing yet. */
    public Observer() {}

    /** {@return the last events} */
    public EventLog events() {
        return events;
    }

    /** {@return the last crashes} */
    public CrashLog crashes() {
        return crashes;
    }

    /** {@return the starts of the present life of the system} */
    public StartLog starts() {
        return starts;
    }

    /** {@return what was dropped by reason, receiver and type, the most first} */
    public List<Dropped> dropped() {
        return dropped.all(Dropped::count);
    }

    /** {@return calls that failed by callee and kind of failure, the most first} */
    public List<CallFailures> failedCalls() {
        return calls.all(CallFailures::count);
    }

    /**
     * Notes what an operator or a tool did to a process.
     *
     * @param path path of the process, or null for the whole system
     * @param text what was done, in a few words
     */
    public void operated(@Nullable String path, String text) {
        events.add(Instant.now(), Event.Kind.OPERATOR, path, null, text);
    }

    // ---- supervisors

    @Override
    public void counted(SupervisorReport report) {
        Duration took = report.took();
        if (took == null) return;
        boolean restart = report.context() == SupervisorReport.Context.RESTARTED;
        starts.add(report.at(), Paths.of(report), report.definition(), took, restart);
    }

    /** Comes after the crash that it is an answer to, on the same thread. */
    @Override
    public void reported(SupervisorReport report) {
        String path = Paths.of(report);
        switch (report.context()) {
            case STARTED -> {
                // also of a child whose supervisor was started again after the crash
                crashes.ranAgain(report.definition(), path, report.at());
                add(Event.Kind.STARTED, path, report, "started");
            }
            case RESTARTED -> {
                Instant now = report.at();
                crashes.ranAgain(report.definition(), path, now);
                String why = new ChildFailure(now, report.reason()).type();
                add(Event.Kind.RESTARTED, path, report, "restarted after " + why);
            }
            case START_ERROR -> decided(Event.Kind.START_FAILED, path, report);
            case SHUTDOWN_ERROR -> decided(Event.Kind.STOPPED_BADLY, path, report);
            case CHILD_TERMINATED -> {
                crashes.decided(
                        report.definition(), path, report.decision(), report.restarts() + 1);
                if (report.reason() instanceof ExitReason.Killed) {
                    add(Event.Kind.KILLED, path, report, "killed");
                }
                // of a restart the crash and the restart are events of their own
                if (report.delay() != null)
                    add(
                            Event.Kind.RESTART_DELAYED,
                            path,
                            report,
                            text(report.delay(), report.attempt()));
                if (!report.decision().startsWith("restart")) {
                    add(Event.Kind.STOPPED, path, report, report.decision());
                }
            }
            case SHUTDOWN -> {
                String text = report.decision() + ", because of '" + path + "'";
                events.add(
                        report.at(),
                        Event.Kind.GAVE_UP,
                        report.supervisorPath(),
                        report.supervisorDefinition(),
                        text);
            }
        }
    }

    private static String text(Duration delay, int attempt) {
        return new PendingRestart(attempt, delay).toString();
    }

    private void decided(Event.Kind kind, String path, SupervisorReport report) {
        crashes.decided(report.definition(), path, report.decision(), report.restarts() + 1);
        add(kind, path, report, report.decision());
    }

    private void add(Event.Kind kind, String path, SupervisorReport report, String text) {
        events.add(report.at(), kind, path, report.definition(), text);
    }

    @Override
    public void processCrashed(CrashReport report) {
        Crash crash = Crashes.of(report);
        crashes.add(crash);
        String text =
                crash.causes().getFirst()
                        + (crash.messageType() == null ? "" : " on " + crash.messageType());
        events.add(crash.at(), Event.Kind.CRASHED, crash.path(), crash.definition(), text);
    }

    @Override
    public void processSuspended(Pid pid) {
        add(Event.Kind.SUSPENDED, pid, "its messages stay queued");
    }

    @Override
    public void processResumed(Pid pid) {
        add(Event.Kind.RESUMED, pid, "handles messages again");
    }

    // ---- the sentry

    @Override
    public void handlerStuck(StuckHandler stuck) {
        String frame =
                stuck.applicationFrames().isEmpty()
                        ? ""
                        : " at " + stuck.applicationFrames().getFirst();
        String text = "busy with " + stuck.messageType() + frame;
        add(Event.Kind.STUCK, stuck.pid(), text);
    }

    @Override
    public void handlerGoesOn(StuckHandler stuck) {
        add(Event.Kind.GOES_ON, stuck.pid(), "was busy with " + stuck.messageType());
    }

    @Override
    public void callCircle(CallCircle circle) {
        String text =
                circle.processes().stream().map(Paths::of).collect(Collectors.joining(" -> "));
        add(Event.Kind.CALL_CIRCLE, circle.processes().getFirst(), text);
    }

    @Override
    public void zombieFound(Zombie zombie) {
        add(
                Event.Kind.ZOMBIE_FOUND,
                zombie.pid(),
                "its code still runs on '" + zombie.thread() + "'");
    }

    @Override
    public void zombieEnded(Pid pid, Duration age) {
        add(Event.Kind.ZOMBIE_ENDED, pid, "its code has returned");
    }

    @Override
    public void carriersStarved(Starvation starvation) {
        String by =
                starvation.culprits().stream()
                        .map(culprit -> Paths.of(culprit.pid()))
                        .limit(5)
                        .collect(Collectors.joining(", "));
        String text = "all carriers are occupied, by " + (by.isEmpty() ? OUTSIDE : by);
        events.add(Instant.now(), Event.Kind.CARRIERS_STARVED, null, null, text);
    }

    private void add(Event.Kind kind, Pid process, String text) {
        String path = Paths.of(process);
        events.add(Instant.now(), kind, path, Paths.definitionOf(process), text);
    }

    // ---- messages and calls

    @Override
    public void messageDropped(DroppedMessage message) {
        String receiver = Paths.receiver(message.receiver(), message.name());
        var key = new DropKey(message.reason().name(), receiver, message.type());
        dropped.add(
                key,
                new Dropped(
                        message.reason(), receiver, message.type(), 1, message.at(), message.at()));
    }

    private static Dropped added(Dropped before, Dropped one) {
        return new Dropped(
                before.reason(),
                before.receiver(),
                before.type(),
                before.count() + 1,
                before.first(),
                one.last());
    }

    @Override
    public void callFailed(FailedCall call) {
        String callee = Paths.receiver(call.callee(), call.calleeName());
        String outcome = Paths.kebab(call.failure().getClass().getSimpleName());
        calls.add(
                new CallKey(callee, outcome),
                new CallFailures(
                        callee,
                        outcome,
                        1,
                        call.at(),
                        call.at(),
                        call.requestType(),
                        ProcessInfo.pathOf(call.caller()).orElse(null),
                        String.valueOf(call.failure().getMessage())));
    }

    private static CallFailures added(CallFailures before, CallFailures one) {
        return new CallFailures(
                before.callee(),
                before.outcome(),
                before.count() + 1,
                before.first(),
                one.last(),
                one.lastRequestType(),
                one.lastCaller(),
                one.explanation());
    }

    // ---- the system

    @Override
    public void stateChanged(OtpSystem system) {
        String state = Paths.kebab(system.state().name());
        events.add(Instant.now(), Event.Kind.SYSTEM, null, null, system.name() + " is " + state);
    }

    @Override
    public void terminated(Termination termination) {
        starts.begin();
    }
}

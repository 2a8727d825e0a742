/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartError;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.Children.Outcome;
import dev.otp4j.supervisor.SupervisorReport.Context;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a factory. The factory's process alone runs it and writes {@code members}; tools
 * read them at any time. A member that is being restarted stands under its last pid until it has a
 * new one.
 */
final class FactoryLoop<A, D> extends Behavior<FactoryLoop.Event<A, D>> implements SupervisorView {
    private static final System.Logger LOG = System.getLogger("dev.otp4j.supervisor");

    /** What a factory receives. */
    sealed interface Event<A, D> {
        record Requested<A, D>(FactorySupervisor.Message<A, D> message) implements Event<A, D> {}

        record ChildExited<A, D>(Pid pid, ExitReason reason) implements Event<A, D> {}

        /** A restart has failed and is to be tried again. */
        record Retry<A, D>(Pid lastPid) implements Event<A, D> {}
    }

    /** A child and its argument, which is kept for restarts only. */
    private record Member<A>(Child child, @Nullable A argument) {}

    private final FactorySupervisor.Template<A, D> template;
    private final ChildType type;
    private final Restart restart;
    private final Shutdown shutdown;
    private final Tolerance tolerance;
    private final RestartWindow window;
    private final Map<Pid, Member<A>> members = new ConcurrentHashMap<>();

    private ProcessRuntime runtime = ProcessRuntime.defaultRuntime();
    private @Nullable Reports reports;
    private @Nullable Subject<Event<A, D>> own;
    private long started;

    FactoryLoop(
            FactorySupervisor.Template<A, D> template,
            ChildType type,
            Restart restart,
            Shutdown shutdown,
            Tolerance tolerance) {
        this.template = template;
        this.type = type;
        this.restart = restart;
        this.shutdown = shutdown;
        this.tolerance = tolerance;
        this.window = tolerance.window();
    }

    FactorySupervisor<A, D> handle() {
        return new FactorySupervisor<>(self());
    }

    // ---- the process

    @Override
    protected Object init() {
        runtime = ProcessRuntime.current();
        reports = new Reports();
        Subject<FactorySupervisor.Message<A, D>> requests = self();
        Subject<Event<A, D>> events = Subject.create();
        own = events;
        select(
                Selector.<Event<A, D>>create()
                        .selectMap(requests, message -> new Event.Requested<A, D>(message))
                        .select(events)
                        .selectTrappedExits(
                                exit -> new Event.ChildExited<A, D>(exit.pid(), exit.reason())));
        return this;
    }

    @Override
    protected void handle(Event<A, D> event) {
        switch (event) {
            case Event.Requested<A, D>(FactoryRequest.Start<A, D>(A argument, var replyTo)) ->
                    replyTo.send(startChild(argument));
            case Event.Requested<A, D>(FactoryRequest.Terminate<A, D>(Pid pid, var replyTo)) ->
                    replyTo.send(terminateChild(pid));
            case Event.ChildExited<A, D>(Pid pid, ExitReason reason) -> childExited(pid, reason);
            case Event.Retry<A, D>(Pid lastPid) -> {
                Member<A> member = members.get(lastPid);
                if (member != null && member.child().isRestarting()) restart(lastPid, member);
            }
        }
    }

    @Override
    protected void unexpected(Object message) {
        LOG.log(
                Level.ERROR,
                "supervisor={0} discarding unexpected message of type {1}",
                Processes.self(),
                message.getClass().getName());
    }

    @Override
    protected void terminate(ExitReason reason) {
        List<Pid> running =
                members.entrySet().stream()
                        .filter(entry -> !entry.getValue().child().isRestarting())
                        .map(Map.Entry::getKey)
                        .toList();
        Map<Pid, ExitReason> reasons = Children.stopAll(running, shutdown);
        reasons.forEach(this::reportStopped);
        members.clear();
    }

    private void reportStopped(Pid pid, ExitReason reason) {
        Member<A> member = members.get(pid);
        boolean expected = reason.isClean() || shutdown instanceof Shutdown.BrutalKill;
        if (member != null && !expected) {
            report(member.child(), Context.SHUTDOWN_ERROR, reason, pid, "stopped");
        }
    }

    @Override
    protected Object view() {
        return this;
    }

    /** The children. */
    @Override
    protected Object snapshot() {
        return children();
    }

    @Override
    protected Class<?> module() {
        return FactorySupervisor.class;
    }

    // ---- requests

    private StartResult<D> startChild(A argument) {
        String id = Long.toString(++started);
        return switch (start(id, argument)) {
            case Outcome.Up<D>(Started<D> up) -> {
                var child = new Child(id, type, restart);
                child.running(up.pid());
                members.put(
                        up.pid(),
                        new Member<>(child, restart == Restart.TEMPORARY ? null : argument));
                report(child, Context.STARTED, ExitReason.NORMAL, up.pid(), "started");
                yield new StartResult.Ok<>(up);
            }
            case Outcome.Error<D>(var error) -> new StartResult.Failed<>(error);
            case Outcome.Ignored<D> ignored -> new StartResult.Failed<>(new StartError.Ignored());
        };
    }

    private Outcome<D> start(String id, A argument) {
        return Children.start(() -> placingChildren(id, true, () -> template.start(argument)));
    }

    private boolean terminateChild(Pid pid) {
        Member<A> member = members.remove(pid);
        if (member == null) return false;
        if (member.child().isRestarting()) return true;
        ExitReason reason = Children.stop(pid, shutdown);
        boolean expected = reason.isClean() || shutdown instanceof Shutdown.BrutalKill;
        if (!expected) report(member.child(), Context.SHUTDOWN_ERROR, reason, pid, "stopped");
        Children.abandon(pid, pid.toString());
        return true;
    }

    // ---- decisions carried out

    private void childExited(Pid pid, ExitReason reason) {
        Member<A> member = members.get(pid);
        if (member == null) return;
        Child child = member.child();
        if (!reason.isClean()) child.failed(new ChildFailure(Instant.now(), reason));
        boolean again = RestartDecider.decide(restart, reason) == RestartDecider.Decision.RESTART;
        if (RestartDecider.isReported(restart, reason)) {
            report(child, Context.CHILD_TERMINATED, reason, pid, again ? "restart" : "removed");
        }
        if (again) {
            restart(pid, member);
        } else {
            members.remove(pid);
            Children.abandon(pid, pid.toString());
        }
    }

    private void restart(Pid lastPid, Member<A> member) {
        Child child = member.child();
        child.down(ChildInfo.State.RESTARTING);
        if (!window.restart(runtime.nanoTime())) {
            report(
                    child,
                    Context.SHUTDOWN,
                    ExitReason.SHUTDOWN,
                    null,
                    "gives up: more than " + tolerated());
            stop(ExitReason.SHUTDOWN);
            return;
        }
        switch (start(child.id, argument(member))) {
            case Outcome.Up<D>(Started<D> up) -> {
                child.restarted(up.pid());
                members.put(up.pid(), member);
                members.remove(lastPid);
                report(child, Context.RESTARTED, ExitReason.NORMAL, up.pid(), "restarted");
            }
            case Outcome.Error<D>(var error) -> {
                ExitReason reason = Children.reason(error);
                child.failed(new ChildFailure(Instant.now(), reason));
                report(
                        child,
                        Context.START_ERROR,
                        reason,
                        null,
                        "try again: at most " + tolerated());
                retryLater(lastPid);
            }
            case Outcome.Ignored<D> ignored -> {
                members.remove(lastPid);
                Children.abandon(lastPid, lastPid.toString());
            }
        }
    }

    private void retryLater(Pid lastPid) {
        Subject<Event<A, D>> to = own;
        if (to != null) to.send(new Event.Retry<>(lastPid));
    }

    @SuppressWarnings(
            "NullAway") // only temporary children have no argument, and they are not restarted
    private A argument(Member<A> member) {
        return member.argument();
    }

    private String tolerated() {
        return tolerance.intensity() + " restarts in " + tolerance.period();
    }

    private void report(
            Child child, Context context, ExitReason reason, @Nullable Pid pid, String decision) {
        Reports to = reports;
        if (to == null) return;
        String path = ProcessInfo.pathOf(Processes.self());
        String shown = path == null ? Processes.self().toString() : path;
        String definition = shown.substring(shown.lastIndexOf('/') + 1);
        to.publish(
                new SupervisorReport(
                        Processes.self(),
                        shown,
                        context,
                        reason,
                        child.id,
                        definition,
                        pid,
                        restart,
                        decision));
    }

    // ---- read by tools

    @Override
    public @Nullable Strategy strategy() {
        return null;
    }

    @Override
    public Tolerance tolerance() {
        return tolerance;
    }

    @Override
    public int toleranceUsed() {
        return window.used(runtime.nanoTime());
    }

    @Override
    public int childCount() {
        return members.size();
    }

    @Override
    public List<ChildInfo> children() {
        return members.values().stream().map(member -> member.child().info()).toList();
    }
}

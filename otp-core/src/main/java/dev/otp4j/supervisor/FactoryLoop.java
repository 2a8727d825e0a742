/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartError;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.Children.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a factory. The factory's process alone runs it and writes {@code members}; tools
 * read them at any time. A member that is being restarted stands under its last pid until it has a
 * new one.
 */
final class FactoryLoop<A, D> extends SupervisingLoop<FactoryLoop.Event<A, D>> {

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
    private final int maxChildren;
    private final Map<Pid, Member<A>> members = new ConcurrentHashMap<>();

    private @Nullable Subject<Event<A, D>> own;
    private long started;

    FactoryLoop(
            FactorySupervisor.Template<A, D> template,
            ChildType type,
            Restart restart,
            Shutdown shutdown,
            Tolerance tolerance,
            int maxChildren) {
        super(tolerance);
        this.template = template;
        this.type = type;
        this.restart = restart;
        this.shutdown = shutdown;
        this.maxChildren = maxChildren;
    }

    FactorySupervisor<A, D> handle() {
        return new FactorySupervisor<>(self());
    }

    // ---- the process

    @Override
    Selector<Event<A, D>> selector() {
        Subject<FactorySupervisor.Message<A, D>> requests = self();
        Subject<Event<A, D>> events = Subject.create();
        own = events;
        return Selector.<Event<A, D>>create()
                .selectMap(requests, message -> new Event.Requested<A, D>(message))
                .select(events)
                .selectTrappedExits(exit -> new Event.ChildExited<>(exit.pid(), exit.reason()));
    }

    @Override
    void boot() {}

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
    protected void terminate(ExitReason reason) {
        List<Pid> running =
                members.entrySet().stream()
                        .filter(entry -> entry.getValue().child().pid() != null)
                        .map(Map.Entry::getKey)
                        .toList();
        Children.stopAll(running, shutdown).forEach(this::stopped);
        members.clear();
    }

    private void stopped(Pid pid, ExitReason reason) {
        Member<A> member = members.get(pid);
        if (member != null) stopped(member.child(), pid, reason);
    }

    private void stopped(Child child, Pid pid, ExitReason reason) {
        if (RestartDecider.endedAsAsked(shutdown, reason)) return;
        reporter().stoppedBadly(child, pid, reason);
    }

    @Override
    protected Class<?> module() {
        return FactorySupervisor.class;
    }

    // ---- requests

    private StartResult<D> startChild(A argument) {
        int children = members.size();
        if (children >= maxChildren) {
            return new StartResult.Failed<>(new StartError.MaxChildren(maxChildren, children));
        }
        String id = Long.toString(++started);
        return switch (start(id, argument)) {
            case Outcome.Up<D>(Started<D> up) -> {
                var child = new Child(id, type, restart, shutdown, false);
                child.running(up.pid());
                A kept = restart == Restart.TEMPORARY ? null : argument;
                members.put(up.pid(), new Member<>(child, kept));
                reporter().started(child);
                yield new StartResult.Ok<>(up);
            }
            case Outcome.Error<D>(StartError error) -> new StartResult.Failed<>(error);
            case Outcome.Ignored<D> ignored -> new StartResult.Failed<>(new StartError.Ignored());
        };
    }

    private Outcome<D> start(String id, A argument) {
        return launch(id, true, () -> template.start(argument));
    }

    private boolean terminateChild(Pid pid) {
        Member<A> member = members.get(pid);
        if (member == null) return false;
        Child child = member.child();
        if (!child.isRestarting()) stopped(child, pid, Children.stop(pid, shutdown));
        forget(pid); // not before: whoever has to kill the tree meanwhile looks for it in the book
        return true;
    }

    // ---- decisions carried out

    private void childExited(Pid pid, ExitReason reason) {
        Member<A> member = members.get(pid);
        if (member == null) return;
        Child child = member.child();
        child.ended(reason);
        RestartDecider.Decision decision = RestartDecider.decide(restart, reason);
        if (RestartDecider.isReported(restart, reason)) {
            reporter().terminated(child, pid, reason, decision, toleranceUsed());
        }
        switch (decision) {
            case RESTART -> restart(pid, member);
            case KEEP_DOWN, REMOVE -> forget(pid);
        }
    }

    private void forget(Pid pid) {
        members.remove(pid);
        Children.abandon(pid);
    }

    /** Counts a restart and makes it, or gives up. */
    private void restart(Pid lastPid, Member<A> member) {
        Child child = member.child();
        if (!tolerates(child)) return;
        child.down(ChildInfo.State.RESTARTING);
        switch (start(child.id, argument(member))) {
            case Outcome.Up<D>(Started<D> up) -> {
                child.running(up.pid());
                members.put(up.pid(), member);
                members.remove(lastPid);
                reporter().restarted(child);
            }
            case Outcome.Error<D>(StartError error) -> {
                ExitReason reason = Children.reason(error);
                child.failed(reason);
                reporter().willTryAgain(child, reason);
                retryLater(lastPid);
            }
            case Outcome.Ignored<D> ignored -> forget(lastPid);
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

    // ---- read by tools

    @Override
    public @Nullable Strategy strategy() {
        return null;
    }

    @Override
    public int childCount() {
        return members.size();
    }

    @Override
    public Stream<Child> childStream() {
        return members.values().stream().map(Member::child);
    }
}

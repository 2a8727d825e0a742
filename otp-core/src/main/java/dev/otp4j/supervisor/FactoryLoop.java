/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.internal.table.SerialTable;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Selector;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.NumberedChild.Shared;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a factory. The factory's process alone runs it and writes {@code members}; tools
 * read them at any time. A member that is being restarted stands under its last pid until it has a
 * new one.
 */
final class FactoryLoop<A, D> extends AbstractSupervisor<FactoryLoop.Event<A, D>> {

    /** What a factory receives. */
    sealed interface Event<A, D> {
        record Requested<A, D>(FactoryRequest<A, D> message) implements Event<A, D> {}

        record ChildExited<A, D>(Pid pid, ExitReason reason) implements Event<A, D> {}

        /** A restart has failed and is to be tried again. */
        record Retry<A, D>(Pid lastPid) implements Event<A, D> {}

        /** What a child waits for before its restart may be over. */
        record Due<A, D>(Pid lastPid, Waiting waiting) implements Event<A, D> {}
    }

    private final FactorySupervisor.Template<A, D> template;
    private final ChildTerms terms;
    private final int maxChildren;
    private final SerialTable<NumberedChild> members =
            new SerialTable<>(child -> Objects.requireNonNull(child.lastPid()).serial());
    private @Nullable Shared shared; // written before there is a child

    private @Nullable Subject<Event<A, D>> own;
    private long started;

    FactoryLoop(
            FactorySupervisor.Template<A, D> template,
            ChildTerms terms,
            Tolerance tolerance,
            int maxChildren) {
        super(tolerance);
        this.template = template;
        this.terms = terms;
        this.maxChildren = maxChildren;
    }

    FactorySupervisor<A, D> handle() {
        return new FactorySupervisor<>(self());
    }

    // ---- the process

    @Override
    Selector<Event<A, D>> selector() {
        Subject<FactoryRequest<A, D>> requests = self();
        Subject<Event<A, D>> events = Subject.create();
        own = events;
        return Selector.<Event<A, D>>create()
                .selectMap(requests, message -> new Event.Requested<A, D>(message))
                .select(events)
                .selectTrappedExits(exit -> new Event.ChildExited<>(exit.pid(), exit.reason()));
    }

    @Override
    void boot() {
        shared = new Shared(reporter().path(), terms);
    }

    @Override
    protected void handle(Event<A, D> event) {
        switch (event) {
            case Event.Requested<A, D>(FactoryRequest.Start<A, D> request) -> serve(request);
            case Event.Requested<A, D>(FactoryRequest.Terminate<A, D>(Pid pid, var replyTo)) ->
                    replyTo.send(terminateChild(pid));
            case Event.ChildExited<A, D>(Pid pid, ExitReason reason) -> childExited(pid, reason);
            case Event.Retry<A, D>(Pid lastPid) -> {
                NumberedChild child = find(lastPid);
                if (child != null && child.isRestarting() && child.waiting() == null) {
                    retry(lastPid, child);
                }
            }
            case Event.Due<A, D>(Pid lastPid, Waiting waiting) -> {
                NumberedChild child = find(lastPid);
                if (child == null || child.waiting() != waiting || !waiting.end()) return;
                startAgain(lastPid, child, waiting.reason);
            }
        }
    }

    @Override
    protected void terminate(ExitReason reason) {
        List<Pid> running = members.stream().map(Child::pid).filter(Objects::nonNull).toList();
        Map<Pid, ExitReason> ended = Children.stopAll(running, terms.shutdown());
        StoppedKinds.report(reporter(), terms.shutdown(), ended, this::childWith);
        members.clear();
    }

    private boolean endedAsAsked(ExitReason reason) {
        return RestartDecider.endedAsAsked(terms.shutdown(), reason);
    }

    @Override
    @Nullable Child childWith(Pid pid) {
        return find(pid);
    }

    private @Nullable NumberedChild find(Pid pid) {
        NumberedChild child = members.get(pid.serial());
        return child != null && Objects.equals(pid, child.lastPid()) ? child : null;
    }

    private void stopped(Child child, Pid pid, ExitReason reason) {
        reporter().ended(child, reason);
        if (endedAsAsked(reason)) return;
        reporter().stoppedBadly(child, pid, reason);
    }

    @Override
    protected Class<?> module() {
        return FactorySupervisor.class;
    }

    // ---- requests

    private void serve(FactoryRequest.Start<A, D> request) {
        if (request.caller().isGone()) return;
        StartResult<D> result = startChild(request.argument());
        if (request.caller().takes(request.replyTo(), result)) return;
        if (!(result instanceof StartResult.Ok<D>(Started<D> late))) return;
        Child child = find(late.pid());
        terminateChild(late.pid());
        if (child != null) reporter().startedTooLate(child);
    }

    private StartResult<D> startChild(A argument) {
        int children = members.size();
        if (children >= maxChildren) {
            return new StartResult.Failed<>(new StartError.MaxChildren(maxChildren, children));
        }
        A kept = terms.restart() == Restart.TEMPORARY ? null : argument;
        var child = new NumberedChild(Objects.requireNonNull(shared), ++started, kept);
        return switch (start(child, argument)) {
            case StartResult.Ok<D>(Started<D> up) -> {
                child.running(up.pid());
                members.add(child);
                reporter().started(child);
                yield new StartResult.Ok<>(up);
            }
            case StartResult.Failed<D>(StartError.Ignored ignored) ->
                    new StartResult.Failed<>(ignored);
            case StartResult.Failed<D>(StartError error) -> {
                reporter().startFailed(child, Children.reason(error), "is not added");
                yield new StartResult.Failed<>(error);
            }
        };
    }

    private StartResult<D> start(NumberedChild child, A argument) {
        return replacing(
                child,
                () ->
                        launch(
                                child,
                                terms,
                                () ->
                                        Children.checked(
                                                child.id(),
                                                terms.restart(),
                                                template.start(argument))));
    }

    private TerminateChildResult terminateChild(Pid pid) {
        Child child = find(pid);
        if (child == null) return TerminateChildResult.NOT_FOUND;
        if (!child.isRestarting()) stopped(child, pid, Children.stop(pid, terms.shutdown()));
        else child.down(ChildInfo.State.STOPPED);
        forget(pid); // only now: a kill of the tree meanwhile must find it
        return TerminateChildResult.OK;
    }

    // ---- decisions carried out

    private void childExited(Pid pid, ExitReason reason) {
        NumberedChild child = find(pid);
        if (child == null || child.isRestarting()) return; // its end is known already
        child.ended(reason);
        reporter().ended(child, reason);
        RestartDecider.Decision decision = RestartDecider.decide(terms.restart(), reason);
        if (decision == RestartDecider.Decision.RESTART) {
            restart(pid, child, reason);
            return;
        }
        if (RestartDecider.isReported(terms.restart(), reason)) {
            reporter().keptDown(child, pid, reason);
        }
        forget(pid);
    }

    private void forget(Pid pid) {
        members.remove(pid.serial());
        Children.abandon(pid);
    }

    /** Counts a restart, reports what is done about it, and makes it, or gives up. */
    private void restart(Pid lastPid, NumberedChild child, ExitReason reason) {
        if (tolerates()) {
            Delay delay = nextDelay(child);
            Lingering code = lingering(child, lastPid);
            reporter().restarts(child, lastPid, reason, toleranceUsed(), delay, code != null);
            Waiting waiting = waiting(reason, delay, code == null ? List.of() : List.of(code));
            if (waiting == null) startAgain(lastPid, child, reason);
            else await(lastPid, child, waiting);
        } else {
            reporter().restartsNoMore(child, lastPid, reason);
            giveUp(offender(child, reason), child);
        }
    }

    /** The same for a restart that has failed. */
    private void retry(Pid lastPid, NumberedChild child) {
        ChildFailure failure = Objects.requireNonNull(child.lastFailure(), "the start has failed");
        if (tolerates()) startAgain(lastPid, child, failure.reason());
        else giveUp(offender(child, failure), child);
    }

    private void startAgain(Pid lastPid, NumberedChild child, ExitReason why) {
        child.down(ChildInfo.State.RESTARTING);
        switch (start(child, argument(child))) {
            case StartResult.Ok<D>(Started<D> up) -> {
                members.add(up.pid().serial(), child);
                child.running(up.pid());
                countsFrom(child);
                members.remove(lastPid.serial(), child);
                reporter().restarted(child, why);
            }
            case StartResult.Failed<D>(StartError.Ignored ignored) -> forget(lastPid);
            case StartResult.Failed<D>(StartError error) -> {
                ExitReason reason = Children.reason(error);
                child.failed(reason);
                if (terms.backoff() == null) {
                    reporter().willTryAgain(child, reason);
                    events().send(new Event.Retry<>(lastPid));
                } else {
                    retryLater(lastPid, child, reason);
                }
            }
        }
    }

    /** Counts a restart that has failed, and makes the next one after its delay, or gives up. */
    private void retryLater(Pid lastPid, NumberedChild child, ExitReason reason) {
        if (tolerates()) {
            Delay delay = Objects.requireNonNull(nextDelay(child), "it has a back-off");
            reporter().willTryAgain(child, reason, toleranceUsed(), delay);
            Waiting waiting = waiting(reason, delay, List.of());
            await(lastPid, child, Objects.requireNonNull(waiting, "there is a delay"));
        } else {
            reporter().triesNoMore(child, reason);
            giveUp(offender(child, Objects.requireNonNull(child.lastFailure())), child);
        }
    }

    private void await(Pid lastPid, NumberedChild child, Waiting waiting) {
        begin(child, waiting, events(), new Event.Due<>(lastPid, waiting));
    }

    private Subject<Event<A, D>> events() {
        return Objects.requireNonNull(own, "not started");
    }

    @SuppressWarnings({"unchecked", "NullAway"})
    // it was given as an A; only temporary children have none, and they are not restarted
    private A argument(NumberedChild child) {
        return (A) child.argument();
    }

    // ---- read by tools

    @Override
    public Optional<Strategy> strategy() {
        return Optional.empty();
    }

    @Override
    public int childCount() {
        return members.size();
    }

    @Override
    public Stream<Child> books() {
        return members.stream().map(child -> child);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.StartError;

/** What a static supervisor does with its children on request. */
final class ChildRequests {
    private final Entries entries;
    private final Reporter reporter;

    ChildRequests(Entries entries, Reporter reporter) {
        this.entries = entries;
        this.reporter = reporter;
    }

    /** Does what is asked and answers. */
    void serve(SupervisorRequest request) {
        switch (request) {
            case SupervisorRequest.Start<?> start -> serve(start);
            case SupervisorRequest.Terminate(String id, var replyTo) -> replyTo.send(terminate(id));
            case SupervisorRequest.Restart(String id, var replyTo) -> replyTo.send(restart(id));
            case SupervisorRequest.Delete(String id, var replyTo) -> replyTo.send(delete(id));
        }
    }

    private <D> void serve(SupervisorRequest.Start<D> request) {
        if (request.caller().isGone()) return;
        StartChildResult<D> result = start(request.child());
        if (request.caller().takes(request.replyTo(), result)) return;
        boolean kept =
                result instanceof StartChildResult.Ok || result instanceof StartChildResult.Ignored;
        Entry late = kept ? entries.find(request.child().id()) : null;
        if (late != null) undo(late);
    }

    /** The child was started too late for its caller, which was told that there is none. */
    private void undo(Entry late) {
        entries.stop(late);
        entries.remove(late);
        entries.abandon(late);
        reporter.startedTooLate(late.child());
    }

    @SuppressWarnings("unchecked") // the specification yields a D
    private <D> StartChildResult<D> start(ChildSpecification<D> specification) {
        Entry known = entries.find(specification.id());
        if (known != null) {
            Pid pid = known.child().pid();
            return pid == null
                    ? new StartChildResult.AlreadyPresent<>()
                    : new StartChildResult.AlreadyStarted<>(pid);
        }
        Entry entry = Entry.of(specification);
        switch (entries.start(entry)) {
            case StartResult.Ok<?>(Started<?> started) -> {
                entries.add(entry);
                reporter.started(entry.child());
                return new StartChildResult.Ok<>((Started<D>) started);
            }
            case StartResult.Failed<?>(StartError.Ignored ignored) -> {
                if (!entry.isTemporary()) entries.add(entry);
                return new StartChildResult.Ignored<>();
            }
            case StartResult.Failed<?>(StartError error) -> {
                reporter.startFailed(entry.child(), Children.reason(error), "is not added");
                return new StartChildResult.Failed<>(error);
            }
        }
    }

    private TerminateChildResult terminate(String id) {
        Entry entry = entries.find(id);
        if (entry == null) return TerminateChildResult.NOT_FOUND;
        boolean retrying = entry.child().isRestarting();
        entries.stop(entry);
        entry.child().attempts(null);
        if (entry.isTemporary()) entries.remove(entry);
        entries.abandon(entry);
        if (retrying) abandonWaiting();
        return TerminateChildResult.OK;
    }

    /**
     * The children that wait for a retry that was called off are not started by themselves either.
     */
    private void abandonWaiting() {
        for (Entry entry : entries) {
            if (!entry.child().isActive()) entries.abandon(entry);
        }
    }

    private RestartChildResult restart(String id) {
        Entry entry = entries.find(id);
        if (entry == null) return new RestartChildResult.NotFound();
        Pid pid = entry.child().pid();
        if (pid != null) return new RestartChildResult.Running(pid);
        if (entry.child().isRestarting()) return new RestartChildResult.Restarting();
        return switch (entries.start(entry)) {
            case StartResult.Ok<?>(Started<?> started) -> {
                reporter.started(entry.child());
                yield new RestartChildResult.Ok(started);
            }
            case StartResult.Failed<?>(StartError.Ignored ignored) ->
                    new RestartChildResult.Ignored();
            case StartResult.Failed<?>(StartError error) -> {
                ExitReason reason = Children.reason(error);
                reporter.startFailed(entry.child(), reason, "stays down");
                yield new RestartChildResult.Failed(error);
            }
        };
    }

    private DeleteChildResult delete(String id) {
        Entry entry = entries.find(id);
        if (entry == null) return DeleteChildResult.NOT_FOUND;
        if (entry.child().pid() != null) return DeleteChildResult.RUNNING;
        if (entry.child().isRestarting()) return DeleteChildResult.RESTARTING;
        entries.remove(entry);
        return DeleteChildResult.OK;
    }
}

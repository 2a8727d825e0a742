/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartError;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.Children.Outcome;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a static supervisor: what it does when a child ends. The supervisor's process alone
 * runs it.
 *
 * <p>A restart that fails counts as one more restart and is tried again through the supervisor's
 * own queue, so that a shutdown gets its turn in between.
 */
final class SupervisorLoop extends SupervisingLoop<SupervisorLoop.Event> {

    /** What a supervisor receives. */
    sealed interface Event permits Event.ChildExited, Event.Retry, SupervisorRequest {
        record ChildExited(Pid pid, ExitReason reason) implements Event {}

        /** A restart has failed and is to be tried again. */
        record Retry(Entry entry) implements Event {}
    }

    private final Strategy strategy;
    private final AutoShutdown autoShutdown;
    private final Entries entries;

    SupervisorLoop(
            Strategy strategy,
            Tolerance tolerance,
            AutoShutdown autoShutdown,
            List<ChildSpecification<?>> children) {
        super(tolerance);
        this.strategy = strategy;
        this.autoShutdown = autoShutdown;
        this.entries = new Entries(this, children);
    }

    // ---- the process

    @Override
    Selector<Event> selector() {
        return Selector.<Event>create()
                .select(events())
                .selectTrappedExits(exit -> new Event.ChildExited(exit.pid(), exit.reason()));
    }

    @Override
    void boot() {
        Boots.Stage stage = Boots.enter();
        ChildStartFailure failure = startChildren(stage);
        String calledOff = stage.leave();
        if (failure == null && calledOff == null) return;
        entries.stopAll();
        Processes.exit(ExitReason.shutdown(Objects.requireNonNullElse(failure, calledOff)));
    }

    /** The child that could not be started, or null if all were. */
    private @Nullable ChildStartFailure startChildren(Boots.Stage stage) {
        for (Entry entry : entries) {
            Child child = entry.child();
            String calledOff = stage.next(child.id());
            if (calledOff != null) return failure(child, new StartError.InitFailed(calledOff));
            switch (entries.start(entry)) {
                case Outcome.Up<?> up -> reporter().started(child);
                case Outcome.Ignored<?> ignored -> {
                    if (entry.isTemporary()) entries.remove(entry);
                }
                case Outcome.Error<?>(StartError error) -> {
                    reporter().startFailed(child, Children.reason(error), "start fails");
                    return failure(child, error);
                }
            }
        }
        return null;
    }

    private ChildStartFailure failure(Child child, StartError error) {
        return new ChildStartFailure(reporter().path(), child.id(), error);
    }

    @Override
    protected void handle(Event event) {
        switch (event) {
            case Event.ChildExited(Pid pid, ExitReason reason) -> childExited(pid, reason);
            case Event.Retry(Entry entry) -> {
                if (entry.child().isRestarting()) restart(entry);
            }
            case SupervisorRequest request -> new ChildRequests(entries, reporter()).serve(request);
        }
    }

    @Override
    protected void terminate(ExitReason reason) {
        entries.stopAll();
    }

    @Override
    protected Class<?> module() {
        return StaticSupervisor.class;
    }

    /** The supervisor's own queue. */
    Subject<Event> events() {
        return self();
    }

    // ---- decisions carried out

    private void childExited(Pid pid, ExitReason reason) {
        Entry entry = entries.find(pid);
        if (entry == null) return; // somebody linked to the supervisor, or a child that was stopped
        Child child = entry.child();
        child.ended(reason);
        RestartDecider.Decision decision = RestartDecider.decide(child.terms().restart(), reason);
        if (RestartDecider.isReported(child.terms().restart(), reason)) {
            reporter().terminated(child, pid, reason, decision, toleranceUsed());
        }
        switch (decision) {
            case RESTART -> restart(entry);
            case KEEP_DOWN -> Children.abandon(pid);
            case REMOVE -> {
                Children.abandon(pid);
                entries.remove(entry);
            }
        }
        boolean others = entries.othersActive(entry);
        if (RestartDecider.shutsDown(autoShutdown, entry.isSignificant(), decision, others)) {
            stop(ExitReason.SHUTDOWN);
        }
    }

    /** Counts a restart and makes it, or gives up. */
    private void restart(Entry failed) {
        if (!tolerates(failed.child())) return;
        Entry again = new RestartRound(entries, reporter(), strategy, failed).run();
        if (again != null) events().send(new Event.Retry(again));
    }

    // ---- read by tools

    @Override
    public Strategy strategy() {
        return strategy;
    }

    AutoShutdown autoShutdown() {
        return autoShutdown;
    }

    Optional<ChildSpecification<?>> specification(String id) {
        Entry entry = entries.find(id);
        return entry == null ? Optional.empty() : Optional.of(entry.specification());
    }

    @Override
    public int childCount() {
        return entries.size();
    }

    @Override
    public Stream<Child> childStream() {
        return entries.stream().map(Entry::child);
    }
}

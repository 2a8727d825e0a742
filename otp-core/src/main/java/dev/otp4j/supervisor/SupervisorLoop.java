/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.Started;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.Children.Outcome;
import dev.otp4j.supervisor.SupervisorReport.Context;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a static supervisor. The supervisor's process alone runs it; {@code entries} and
 * the children's books are read by tools at any time.
 *
 * <p>A restart that fails counts as one more restart and is tried again through the supervisor's
 * own queue, so that a shutdown gets its turn in between.
 */
final class SupervisorLoop extends Behavior<SupervisorLoop.Event> implements SupervisorView {
    private static final System.Logger LOG = System.getLogger("dev.otp4j.supervisor");

    /** What a supervisor receives. */
    sealed interface Event permits Event.ChildExited, Event.Retry, SupervisorRequest {
        record ChildExited(Pid pid, ExitReason reason) implements Event {}

        /** A restart has failed and is to be tried again. */
        record Retry(Entry entry) implements Event {}
    }

    /** A child: its specification and the book on it. */
    record Entry(ChildSpecification<?> specification, Child child) {
        static Entry of(ChildSpecification<?> specification) {
            return new Entry(
                    specification,
                    new Child(specification.id(), specification.type(), specification.restart()));
        }
    }

    private final Strategy strategy;
    private final Tolerance tolerance;
    private final AutoShutdown autoShutdown;
    private final RestartWindow window;
    private final List<Entry> entries;

    private ProcessRuntime runtime = ProcessRuntime.defaultRuntime();
    private @Nullable Reports reports;

    SupervisorLoop(
            Strategy strategy,
            Tolerance tolerance,
            AutoShutdown autoShutdown,
            List<ChildSpecification<?>> children) {
        this.strategy = strategy;
        this.tolerance = tolerance;
        this.autoShutdown = autoShutdown;
        this.window = tolerance.window();
        this.entries = new CopyOnWriteArrayList<>(children.stream().map(Entry::of).toList());
    }

    // ---- the process

    @Override
    protected Object init() {
        runtime = ProcessRuntime.current();
        reports = new Reports();
        Subject<Event> own = self();
        select(
                Selector.<Event>create()
                        .select(own)
                        .selectTrappedExits(
                                exit -> new Event.ChildExited(exit.pid(), exit.reason())));
        for (Entry entry : entries) {
            Outcome<?> outcome = start(entry);
            if (outcome instanceof Outcome.Ignored<?>) {
                if (entry.child().restart == Restart.TEMPORARY) entries.remove(entry);
                continue;
            }
            if (outcome instanceof Outcome.Error<?>(var error)) {
                report(entry, Context.START_ERROR, Children.reason(error), null, "start fails");
                stopDownTo(0);
                var failure = new ChildStartFailure(path(), entry.child().id, error);
                Processes.exit(ExitReason.shutdown(failure));
            }
            started(entry);
        }
        return this;
    }

    @Override
    protected void handle(Event event) {
        switch (event) {
            case Event.ChildExited(Pid pid, ExitReason reason) -> childExited(pid, reason);
            case Event.Retry(Entry entry) -> {
                if (entry.child().isRestarting()) restart(entry);
            }
            case SupervisorRequest.Start<?> request -> startChild(request);
            case SupervisorRequest.Terminate(String id, var replyTo) ->
                    replyTo.send(terminateChild(id));
            case SupervisorRequest.Restart(String id, var replyTo) ->
                    replyTo.send(restartChild(id));
            case SupervisorRequest.Delete(String id, var replyTo) -> replyTo.send(deleteChild(id));
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
        stopDownTo(0);
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
        return StaticSupervisor.class;
    }

    /** The supervisor's own queue. */
    Subject<Event> events() {
        return self();
    }

    // ---- requests

    private <D> void startChild(SupervisorRequest.Start<D> request) {
        request.replyTo().send(startChild(request.child()));
    }

    @SuppressWarnings("unchecked") // the specification yields a D
    private <D> StartChildResult<D> startChild(ChildSpecification<D> specification) {
        Entry known = find(specification.id());
        if (known != null) {
            Pid pid = known.child().pid();
            return pid == null
                    ? new StartChildResult.AlreadyPresent<>()
                    : new StartChildResult.AlreadyStarted<>(pid);
        }
        Entry entry = Entry.of(specification);
        switch (start(entry)) {
            case Outcome.Up<?>(Started<?> started) -> {
                entries.add(entry);
                started(entry);
                return new StartChildResult.Ok<>((Started<D>) started);
            }
            case Outcome.Ignored<?> ignored -> {
                if (specification.restart() != Restart.TEMPORARY) entries.add(entry);
                return new StartChildResult.Ignored<>();
            }
            case Outcome.Error<?>(var error) -> {
                ExitReason reason = Children.reason(error);
                report(entry, Context.START_ERROR, reason, null, "is not added");
                return new StartChildResult.Failed<>(error);
            }
        }
    }

    private TerminateChildResult terminateChild(String id) {
        Entry entry = find(id);
        if (entry == null) return TerminateChildResult.NOT_FOUND;
        boolean retrying = entry.child().isRestarting();
        stopChild(entry);
        if (entry.child().restart == Restart.TEMPORARY) entries.remove(entry);
        abandon(entry);
        if (retrying) entries.stream().filter(e -> !e.child().isActive()).forEach(this::abandon);
        return TerminateChildResult.OK;
    }

    private RestartChildResult restartChild(String id) {
        Entry entry = find(id);
        if (entry == null) return new RestartChildResult.NotFound();
        Pid pid = entry.child().pid();
        if (pid != null) return new RestartChildResult.Running(pid);
        if (entry.child().isRestarting()) return new RestartChildResult.Restarting();
        return switch (start(entry)) {
            case Outcome.Up<?>(Started<?> started) -> {
                started(entry);
                yield new RestartChildResult.Ok(started);
            }
            case Outcome.Ignored<?> ignored -> new RestartChildResult.Ignored();
            case Outcome.Error<?>(var error) -> {
                ExitReason reason = Children.reason(error);
                entry.child().failed(new ChildFailure(Instant.now(), reason));
                report(entry, Context.START_ERROR, reason, null, "stays down");
                yield new RestartChildResult.Failed(error);
            }
        };
    }

    private DeleteChildResult deleteChild(String id) {
        Entry entry = find(id);
        if (entry == null) return DeleteChildResult.NOT_FOUND;
        if (entry.child().pid() != null) return DeleteChildResult.RUNNING;
        if (entry.child().isRestarting()) return DeleteChildResult.RESTARTING;
        entries.remove(entry);
        return DeleteChildResult.OK;
    }

    // ---- decisions carried out

    private void childExited(Pid pid, ExitReason reason) {
        Entry entry = find(pid);
        if (entry == null) return; // somebody linked to the supervisor, or a child that was stopped
        Child child = entry.child();
        if (!reason.isClean()) child.failed(new ChildFailure(Instant.now(), reason));
        child.down(ChildInfo.State.STOPPED);
        RestartDecider.Decision decision = RestartDecider.decide(child.restart, reason);
        if (RestartDecider.isReported(child.restart, reason)) {
            report(entry, Context.CHILD_TERMINATED, reason, pid, wording(decision));
        }
        switch (decision) {
            case RESTART -> restart(entry);
            case KEEP_DOWN -> Children.abandon(pid, pid.toString());
            case REMOVE -> {
                Children.abandon(pid, pid.toString());
                entries.remove(entry);
            }
        }
        boolean significant = entry.specification().isSignificant();
        if (RestartDecider.shutsDown(autoShutdown, significant, decision, othersActive(entry))) {
            stop(ExitReason.SHUTDOWN);
        }
    }

    private boolean othersActive(Entry ended) {
        for (Entry entry : entries) {
            boolean counts = entry != ended && entry.specification().isSignificant();
            if (counts && entry.child().isActive()) return true;
        }
        return false;
    }

    /** Counts a restart and makes it, or gives up. */
    private void restart(Entry failed) {
        if (!window.restart(runtime.nanoTime())) {
            report(
                    failed,
                    Context.SHUTDOWN,
                    ExitReason.SHUTDOWN,
                    null,
                    "gives up: more than " + tolerated());
            stop(ExitReason.SHUTDOWN);
            return;
        }
        failed.child().down(ChildInfo.State.RESTARTING);
        int position = entries.indexOf(failed);
        List<Entry> affected =
                RestartDecider.affected(strategy, position, entries.size()).stream()
                        .map(entries::get)
                        .toList();
        stopSiblings(affected, failed);
        for (Entry entry : affected) {
            boolean gone = entry != failed && entry.child().restart == Restart.TEMPORARY;
            if (!gone && !startAgain(entry)) {
                waiting(affected, entry);
                return;
            }
        }
    }

    /** Of a round that failed, one child alone is tried again; what follows it has to wait. */
    private static void waiting(List<Entry> affected, Entry failed) {
        for (Entry entry : affected) {
            if (entry != failed && entry.child().isRestarting()) {
                entry.child().down(ChildInfo.State.STOPPED);
            }
        }
    }

    /** False if the start failed: the child is to be restarted by an own message. */
    private boolean startAgain(Entry entry) {
        switch (start(entry)) {
            case Outcome.Up<?>(Started<?> started) -> {
                report(entry, Context.RESTARTED, ExitReason.NORMAL, started.pid(), "restarted");
                return true;
            }
            case Outcome.Ignored<?> ignored -> {
                entry.child().down(ChildInfo.State.STOPPED);
                abandon(entry);
                return true;
            }
            case Outcome.Error<?>(var error) -> {
                ExitReason reason = Children.reason(error);
                entry.child().failed(new ChildFailure(Instant.now(), reason));
                entry.child().down(ChildInfo.State.RESTARTING);
                report(
                        entry,
                        Context.START_ERROR,
                        reason,
                        null,
                        "try again: at most " + tolerated());
                Subject<Event> own = self();
                own.send(new Event.Retry(entry));
                return false;
            }
        }
    }

    private void started(Entry entry) {
        report(entry, Context.STARTED, ExitReason.NORMAL, entry.child().pid(), "started");
    }

    /** No process of it comes by itself any more. */
    private void abandon(Entry entry) {
        Pid last = entry.child().lastPid();
        if (last != null) Children.abandon(last, last.toString());
    }

    private Outcome<?> start(Entry entry) {
        Child child = entry.child();
        boolean again = child.isRestarting();
        Outcome<?> outcome = start(entry.specification());
        if (outcome instanceof Outcome.Up<?>(Started<?> started)) {
            if (again) child.restarted(started.pid());
            else child.running(started.pid());
        }
        return outcome;
    }

    private <D> Outcome<D> start(ChildSpecification<D> child) {
        return Children.start(
                () -> placingChildren(child.id(), child.interruptOnKill(), child.starter()::start));
    }

    // ---- stopping

    /** Stops the running children from the last one down to {@code lowest}, one after another. */
    private void stopDownTo(int lowest) {
        for (int i = entries.size() - 1; i >= lowest; i--) stopChild(entries.get(i));
    }

    private void stopSiblings(List<Entry> affected, Entry failed) {
        for (int i = affected.size() - 1; i >= 0; i--) {
            Entry sibling = affected.get(i);
            if (sibling == failed) continue;
            Pid pid = sibling.child().pid();
            stopChild(sibling);
            if (sibling.child().restart == Restart.TEMPORARY) {
                entries.remove(sibling);
                if (pid != null) Children.abandon(pid, pid.toString());
            } else {
                sibling.child().down(ChildInfo.State.RESTARTING);
            }
        }
    }

    /**
     * Stops a child; its pid stays in the book until it is dead, for whoever has to kill the tree
     * meanwhile.
     */
    private void stopChild(Entry entry) {
        Pid pid = entry.child().pid();
        ExitReason reason = null;
        Shutdown shutdown = entry.specification().shutdown();
        if (pid != null) reason = Children.stop(pid, shutdown);
        entry.child().down(ChildInfo.State.STOPPED);
        if (reason == null || reason.isClean() || shutdown instanceof Shutdown.BrutalKill) return;
        entry.child().failed(new ChildFailure(Instant.now(), reason));
        report(entry, Context.SHUTDOWN_ERROR, reason, pid, "stopped");
    }

    // ---- words

    private @Nullable Entry find(Pid pid) {
        for (Entry entry : entries) {
            if (Objects.equals(pid, entry.child().pid())) return entry;
        }
        return null;
    }

    private @Nullable Entry find(String id) {
        for (Entry entry : entries) {
            if (entry.child().id.equals(id)) return entry;
        }
        return null;
    }

    private String path() {
        String path = dev.otp4j.process.ProcessInfo.pathOf(Processes.self());
        return path == null ? Processes.self().toString() : path;
    }

    private String tolerated() {
        return tolerance.intensity() + " restarts in " + tolerance.period();
    }

    private String wording(RestartDecider.Decision decision) {
        return switch (decision) {
            case RESTART ->
                    "restart, " + window.used(runtime.nanoTime()) + " of " + tolerated() + " used";
            case KEEP_DOWN, REMOVE -> "stays down";
        };
    }

    private void report(
            Entry entry, Context context, ExitReason reason, @Nullable Pid pid, String decision) {
        Reports to = reports;
        if (to == null) return;
        Child child = entry.child();
        to.publish(
                new SupervisorReport(
                        Processes.self(),
                        path(),
                        context,
                        reason,
                        child.id,
                        child.id,
                        pid,
                        child.restart,
                        decision));
    }

    // ---- read by tools

    @Override
    public Strategy strategy() {
        return strategy;
    }

    @Override
    public Tolerance tolerance() {
        return tolerance;
    }

    @Override
    public int toleranceUsed() {
        return window.used(runtime.nanoTime());
    }

    AutoShutdown autoShutdown() {
        return autoShutdown;
    }

    Optional<ChildSpecification<?>> specification(String id) {
        Entry entry = find(id);
        return entry == null ? Optional.empty() : Optional.of(entry.specification());
    }

    @Override
    public int childCount() {
        return entries.size();
    }

    @Override
    public List<ChildInfo> children() {
        return entries.stream().map(entry -> entry.child().info()).toList();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.internal.boot.StartGate;
import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.path.Path;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessExit;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
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
 * own queue, so that a shutdown gets its turn in between. A restart that has to wait, for a delay
 * or for the code of a killed process, goes on by a message to the supervisor itself.
 */
final class SupervisorLoop extends AbstractSupervisor<SupervisorLoop.Event> {

    /** What a supervisor receives. */
    sealed interface Event permits Event.ChildExited, Event.Retry, Event.Due, SupervisorRequest {
        record ChildExited(Pid pid, ExitReason reason) implements Event {}

        /** A restart has failed and is to be tried again. */
        record Retry(Entry entry) implements Event {}

        /** What a child waits for before its restart may be over. */
        record Due(Entry entry, Waiting waiting) implements Event {}
    }

    private static final System.Logger LOG = Logs.of("dev.otp4j.supervisor");

    private final Strategy strategy;
    private final AutoShutdown autoShutdown;
    private final Entries entries;
    private final @Nullable SetUp<?> setUp;

    SupervisorLoop(
            Strategy strategy,
            Tolerance tolerance,
            AutoShutdown autoShutdown,
            List<ChildSpecification<?>> children,
            @Nullable SetUp<?> setUp) {
        super(tolerance);
        this.strategy = strategy;
        this.autoShutdown = autoShutdown;
        this.entries = new Entries(this, children);
        this.setUp = setUp;
    }

    // ---- the process

    @Override
    Selector<Event> selector() {
        return Selector.<Event>create()
                .select(events())
                .selectTrappedExits(exit -> new Event.ChildExited(exit.pid(), exit.reason()));
    }

    @Override
    void boot() throws Exception {
        StartGate.Stage stage = StartGate.enter();
        SupervisorView predecessor = predecessor(stage);
        if (predecessor != null && !predecessor.isFactory()) entries.inherit(predecessor);
        setUp(stage);
        ChildStartFailure failure = startChildren(stage);
        String calledOff = stage.leave();
        if (failure == null && calledOff == null) return;
        entries.stopAll();
        tearDown();
        Processes.exit(ExitReason.shutdown(Objects.requireNonNullElse(failure, calledOff)));
    }

    /** What the set-up step throws is the failure of this start. */
    private void setUp(StartGate.Stage stage) throws Exception {
        if (setUp == null) return;
        try {
            setUp.begin(reporter().path());
        } catch (Throwable thrown) {
            String calledOff = stage.leave();
            if (calledOff != null) Processes.exit(ExitReason.shutdown(calledOff));
            throw thrown;
        }
    }

    private static @Nullable SupervisorView predecessor(StartGate.Stage stage) {
        Object above =
                ProcessInfo.parentOf(Processes.self()).flatMap(ProcessInfo::viewOf).orElse(null);
        if (above instanceof SupervisorView supervisor) return supervisor.replaced();
        return stage.predecessor() instanceof SupervisorView before ? before : null;
    }

    /** The child that could not be started, or null if all were. */
    private @Nullable ChildStartFailure startChildren(StartGate.Stage stage) {
        for (Entry entry : entries) {
            Child child = entry.child();
            String calledOff = stage.next(child.id());
            if (calledOff != null) return failure(child, new StartError.InitFailed(calledOff));
            switch (entries.start(entry)) {
                case StartResult.Ok<?> up -> reporter().started(child);
                case StartResult.Failed<?>(StartError.Ignored ignored) -> {
                    if (entry.isTemporary()) entries.remove(entry);
                }
                case StartResult.Failed<?>(StartError error) -> {
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
                if (entry.child().isRestarting() && entry.child().waiting() == null) retry(entry);
            }
            case Event.Due(Entry entry, Waiting waiting) -> {
                if (entry.child().waiting() != waiting || !waiting.end()) return;
                startAgain(entry, waiting.reason, null, null);
            }
            case SupervisorRequest request -> new ChildRequests(entries, reporter()).serve(request);
        }
    }

    @Override
    protected void terminate(ExitReason reason) {
        ProcessRuntime runtime = ProcessRuntime.current();
        long begun = runtime.nanoTime();
        entries.stopAll();
        tearDown();
        boolean gaveUp = offender().isPresent(); // which has lines of its own
        if (gaveUp || !Path.isRoot(reporter().path())) return;
        long millis = (runtime.nanoTime() - begun) / 1_000_000;
        String line =
                "supervision tree of '%s' stopped in %d ms: reason=%s"
                        .formatted(runtime.node().name(), millis, reason);
        report(() -> LOG.log(Level.INFO, line));
    }

    /** Undoes the set-up step when the children have ended. What it throws is logged. */
    private void tearDown() {
        if (setUp == null) return;
        try {
            setUp.end();
        } catch (ProcessExit killed) {
            throw killed;
        } catch (Throwable thrown) {
            String path = reporter().path();
            report(
                    () ->
                            LOG.log(
                                    Level.ERROR,
                                    "the tear-down of supervisor %s has failed".formatted(path),
                                    thrown));
        }
    }

    @Override
    protected Class<?> module() {
        return StaticSupervisor.class;
    }

    @Override
    @Nullable Child childWith(Pid pid) {
        Entry entry = entries.find(pid);
        return entry == null ? null : entry.child();
    }

    /** The supervisor's own queue. */
    Subject<Event> events() {
        return self();
    }

    // ---- decisions carried out

    private void childExited(Pid pid, ExitReason reason) {
        Entry entry = entries.find(pid);
        if (entry == null) return; // a process that linked itself, or a stopped child
        Child child = entry.child();
        child.ended(reason);
        reporter().ended(child, reason);
        RestartDecider.Decision decision = RestartDecider.decide(child.restart(), reason);
        if (decision == RestartDecider.Decision.RESTART) restart(entry, pid, reason);
        else keepDown(entry, pid, reason, decision);
        boolean others = entries.othersActive(entry);
        if (RestartDecider.shutsDown(autoShutdown, entry.isSignificant(), decision, others)) {
            stopBecauseOf(offender(child, reason));
        }
    }

    private void keepDown(
            Entry entry, Pid pid, ExitReason reason, RestartDecider.Decision decision) {
        Child child = entry.child();
        if (RestartDecider.isReported(child.restart(), reason)) {
            reporter().keptDown(child, pid, reason);
        }
        Children.abandon(pid);
        if (decision == RestartDecider.Decision.REMOVE) entries.remove(entry);
    }

    /** Counts a restart, reports what is done about it, and makes it, or gives up. */
    private void restart(Entry failed, Pid pid, ExitReason reason) {
        Child child = failed.child();
        if (tolerates()) {
            Delay delay = nextDelay(child);
            Lingering lingering = lingering(child, pid);
            reporter().restarts(child, pid, reason, toleranceUsed(), delay, lingering != null);
            startAgain(failed, reason, delay, lingering);
        } else {
            reporter().restartsNoMore(child, pid, reason);
            giveUp(offender(child, reason), child);
        }
    }

    /** The same for a restart that has failed. */
    private void retry(Entry failed) {
        Child child = failed.child();
        ChildFailure failure = Objects.requireNonNull(child.lastFailure(), "the start has failed");
        if (tolerates()) startAgain(failed, failure.reason(), null, null);
        else giveUp(offender(child, failure), child);
    }

    /** Begins a round of restarts: all are stopped now, and started when nothing is waited for. */
    private void startAgain(
            Entry failed, ExitReason reason, @Nullable Delay delay, @Nullable Lingering own) {
        var round = new RestartRound(entries, reporter(), strategy, failed, reason);
        var lingering = new ArrayList<Lingering>();
        if (own != null) lingering.add(own);
        round.stop(
                (sibling, pid) -> {
                    Lingering code = lingering(sibling, pid);
                    if (code != null) lingering.add(code);
                });
        Waiting waiting = waiting(reason, delay, lingering);
        if (waiting == null) {
            start(round);
            return;
        }
        round.await(sibling -> expects(sibling, waiting));
        begin(failed.child(), waiting, events(), new Event.Due(failed, waiting));
    }

    private void start(RestartRound round) {
        Entry again = round.start();
        if (again == null) return;
        if (again.child().terms().backoff() == null) events().send(new Event.Retry(again));
        else retryLater(again);
    }

    /** Counts a restart that has failed, and makes the next one after its delay, or gives up. */
    private void retryLater(Entry failed) {
        Child child = failed.child();
        ChildFailure failure = Objects.requireNonNull(child.lastFailure(), "the start has failed");
        if (tolerates()) {
            Delay delay = Objects.requireNonNull(nextDelay(child), "it has a back-off");
            reporter().willTryAgain(child, failure.reason(), toleranceUsed(), delay);
            startAgain(failed, failure.reason(), delay, null);
        } else {
            reporter().triesNoMore(child, failure.reason());
            giveUp(offender(child, failure), child);
        }
    }

    // ---- read by tools

    @Override
    public Optional<Strategy> strategy() {
        return Optional.of(strategy);
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
    public Stream<Child> books() {
        return entries.stream().map(Entry::child);
    }
}

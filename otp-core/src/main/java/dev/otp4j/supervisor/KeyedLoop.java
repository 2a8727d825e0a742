/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.process.Demand;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Launched;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.KeyedChild.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a keyed factory: one life of it. The factory's process alone runs it and changes
 * the records of the keys, which outlive it.
 */
final class KeyedLoop<K, M> extends AbstractSupervisor<KeyedLoop.Event<K, M>> {

    /** What a keyed factory receives. */
    sealed interface Event<K, M> {
        record Requested<K, M>(KeyedRequest<K, M> message) implements Event<K, M> {}

        record ChildExited<K, M>(Pid pid, ExitReason reason) implements Event<K, M> {}

        /** The initialiser of a key has ended. */
        record Begun<K, M>(KeyedChild<K, M> child) implements Event<K, M> {}

        /** A restart has failed and is to be tried again. */
        record Retry<K, M>(KeyedChild<K, M> child) implements Event<K, M> {}

        /** What a key waits for before its restart may be over. */
        record Due<K, M>(KeyedChild<K, M> child, Waiting waiting) implements Event<K, M> {}

        /** A process that was asked to stop has had its time. */
        record Late<K, M>(KeyedChild<K, M> child, Pid pid) implements Event<K, M> {}

        /** The failures of a key do not count any more. */
        record Healed<K, M>(KeyedChild<K, M> child) implements Event<K, M> {}

        /** It is time to look which processes are idle. */
        record Look<K, M>() implements Event<K, M> {}
    }

    private final KeyedFactory<K, M> handle;
    private final KeyedChild.Family<K, M> family;
    private final KeyedSettings settings;
    private final KeyedStarts<K, M> starts;
    private final KeyedFailures<K, M> failures;
    private final Idleness<K, M> idleness;
    private @Nullable Subject<Event<K, M>> own;
    private volatile int keys;
    private volatile int down;

    KeyedLoop(
            KeyedFactory<K, M> handle,
            KeyedChild.Family<K, M> family,
            KeyedFactory.Template<K, M> template) {
        super(family.settings.counted());
        this.handle = handle;
        this.family = family;
        this.settings = family.settings;
        this.starts = new KeyedStarts<>(this, template, settings);
        this.failures = new KeyedFailures<>(this, settings);
        this.idleness = new Idleness<>(this, settings);
    }

    // ---- the process

    @Override
    Selector<Event<K, M>> selector() {
        Subject<KeyedRequest<K, M>> requests = self();
        Subject<Event<K, M>> events = Subject.create();
        own = events;
        return Selector.<Event<K, M>>create()
                .selectMap(requests, message -> new Event.Requested<K, M>(message))
                .select(events)
                .selectTrappedExits(exit -> new Event.ChildExited<>(exit.pid(), exit.reason()));
    }

    @Override
    void boot() {
        awaitPredecessor();
        family.path = reporter().path();
        family.gone = null;
        family.table.stream().toList().forEach(this::inherit);
        idleness.begin();
    }

    /** Code of a killed predecessor may still change the records: waits until it has returned. */
    private void awaitPredecessor() {
        Pid before = family.last;
        Subject<Boolean> returned = Subject.create();
        if (before != null && hasCodeRunning(before, () -> returned.trySend(true))) {
            returned.receiveForever();
        }
        family.last = Processes.self();
    }

    private boolean hasCodeRunning(Pid before, Runnable then) {
        return !before.equals(Processes.self()) && whenReturned(before, then);
    }

    /** A key of the predecessor: its process has ended or is about to; messages start a new one. */
    private void inherit(KeyedChild<K, M> child) {
        child.heard();
        child.phase(Phase.ABSENT);
        child.asked = null;
        child.window(null);
        child.rests = 0;
        child.heals = false;
        child.attempts(null);
        child.down(ChildInfo.State.STOPPED);
        child.name().whileVacant(family.vacancy);
        letGo(child);
    }

    @Override
    protected void handle(Event<K, M> event) {
        switch (event) {
            case Event.Requested<K, M>(KeyedRequest.Wanted<K, M>(KeyedChild<K, M> child)) -> {
                child.heard();
                letGo(child);
            }
            case Event.Requested<K, M>(KeyedRequest.Start<K, M> request) -> serve(request);
            case Event.Requested<K, M>(KeyedRequest.Stop<K, M> request) -> serve(request);
            case Event.Begun<K, M>(KeyedChild<K, M> child) -> starts.look(child);
            case Event.ChildExited<K, M>(Pid pid, ExitReason reason) -> childExited(pid, reason);
            case Event.Retry<K, M>(KeyedChild<K, M> child) -> failures.retry(child);
            case Event.Due<K, M>(KeyedChild<K, M> child, Waiting waiting) ->
                    failures.due(child, waiting);
            case Event.Late<K, M>(KeyedChild<K, M> child, Pid pid) -> {
                boolean ends = child.phase() == Phase.STOPPING || child.phase() == Phase.RESTING;
                if (ends && Objects.equals(pid, child.lastPid())) Processes.kill(pid);
            }
            case Event.Healed<K, M>(KeyedChild<K, M> child) -> {
                child.heals = false;
                letGo(child);
                failures.forgetLater(child);
            }
            case Event.Look<K, M> now -> idleness.look();
        }
    }

    @Override
    protected void terminate(ExitReason reason) {
        List<Pid> running = books().map(Child::pid).filter(Objects::nonNull).toList();
        StoppedKinds.report(
                reporter(),
                settings.terms().shutdown(),
                Children.stopAll(running, settings.terms().shutdown()),
                this::childWith);
    }

    @Override
    protected Class<?> module() {
        return KeyedFactory.class;
    }

    // ---- requests

    private void serve(KeyedRequest.Start<K, M> request) {
        KeyedChild<K, M> child = request.child();
        if (child.phase() == Phase.DOWN) {
            if (!request.afresh()) {
                failures.refuse(child, request.replyTo());
                return;
            }
            revive(child);
        }
        child.asked().starts.add(request.replyTo());
        Pid pid = child.lastPid();
        if (child.phase() == Phase.ABSENT) letGo(child);
        else if (child.phase() == Phase.RUNNING && pid != null && Processes.isAlive(pid)) {
            KeyedStarts.answer(child);
        }
    }

    /** A key that was left down begins anew. */
    private void revive(KeyedChild<K, M> child) {
        down = down - 1;
        child.window(null);
        child.attempts(null);
        child.name().whileVacant(family.vacancy);
        absent(child);
    }

    private void serve(KeyedRequest.Stop<K, M> request) {
        KeyedChild<K, M> child = request.child();
        boolean stops = child.phase() != Phase.ABSENT;
        if (!stops) {
            request.replyTo().trySend(false);
            return;
        }
        child.asked().stops.add(request.replyTo());
        switch (child.phase()) {
            case STARTING, RUNNING -> stop(child, Objects.requireNonNull(child.lastPid()));
            case QUEUED, WAITING -> {
                if (child.phase() == Phase.QUEUED) starts.withdrawn();
                callOff(child);
            }
            case DOWN -> {
                revive(child);
                KeyedStarts.stopped(child);
                letGo(child);
            }
            default -> {} // it ends already
        }
    }

    private void stop(KeyedChild<K, M> child, Pid pid) {
        child.phase(Phase.STOPPING);
        switch (settings.terms().shutdown()) {
            case Shutdown.BrutalKill kill -> Processes.kill(pid);
            case Shutdown.Infinity infinity -> Processes.exit(pid, ExitReason.SHUTDOWN);
            case Shutdown.After(Duration limit) -> {
                Processes.exit(pid, ExitReason.SHUTDOWN);
                alarm(child, pid, limit);
            }
        }
    }

    private void alarm(KeyedChild<K, M> child, Pid pid, Duration limit) {
        child.asked().alarm = events().sendAfter(limit, new Event.Late<>(child, pid));
    }

    private void callOff(KeyedChild<K, M> child) {
        String why = "key '" + child.id() + "' of " + family.path + " was stopped";
        Runnable told = KeyedStarts.refusal(child, new StartError.InitFailed(why));
        child.name().dropHeld(why);
        gone(child);
        told.run();
    }

    // ---- what becomes of a key

    /** A key that has no process is started if that is wanted; otherwise it is let go. */
    void letGo(KeyedChild<K, M> child) {
        if (child.phase() != Phase.ABSENT) return;
        if (!failures.counts(child))
            family.table.letGo(child); // before the look: see KeyedChild.run
        if (!child.isWanted()) return;
        if (keys >= settings.maxChildren()) {
            var full = new StartError.MaxChildren(settings.maxChildren(), keys);
            KeyedStarts.refusal(child, full).run();
            child.name().dropHeld(full.toString());
            return;
        }
        family.table.keep(child);
        keys = keys + 1;
        child.down(ChildInfo.State.STARTING);
        starts.enqueue(child);
    }

    /** The key has no process any more. */
    void gone(KeyedChild<K, M> child) {
        absent(child);
        KeyedStarts.stopped(child);
        letGo(child);
        failures.forgetLater(child);
    }

    private void absent(KeyedChild<K, M> child) {
        child.phase(Phase.ABSENT);
        child.rests = 0;
        child.down(ChildInfo.State.STOPPED);
        keys = keys - 1;
    }

    /** The key failed too often. */
    void leftDown(KeyedChild<K, M> child) {
        child.phase(Phase.DOWN);
        child.down(ChildInfo.State.FAILED);
        down = down + 1;
        KeyedStarts.stopped(child);
    }

    /** A key that had a process gets another one. */
    void startAgain(KeyedChild<K, M> child) {
        child.down(ChildInfo.State.RESTARTING);
        starts.enqueue(child);
    }

    /** Starts a process for a key, and does not wait for its initialiser. */
    Launched launch(KeyedChild<K, M> child, ActorBuilder<?, M, ?> builder, Runnable told)
            throws Exception {
        ChildTerms terms = settings.terms();
        return placingChildren(
                child, terms.interruptOnKill(), terms.concurrency(), () -> builder.begin(told));
    }

    /** {@return what has the factory look at a start} Threads that run no process run it. */
    Runnable telling(KeyedChild<K, M> child) {
        Pid factory = Processes.self();
        return () -> {
            if (Processes.isAlive(factory)) events().trySend(new Event.Begun<>(child));
        };
    }

    KeyedFactory<K, M> handle() {
        return handle;
    }

    KeyedChild.Family<K, M> family() {
        return family;
    }

    void tookToStart(long nanos) {
        reporter().tookToStart(nanos);
    }

    void started(KeyedChild<K, M> child, Pid pid) {
        boolean again = child.isRestarting();
        ChildFailure failure = child.lastFailure();
        supervises(pid);
        child.running(pid);
        countsFrom(child);
        if (again && failure != null) reporter().restarted(child, failure.reason());
        else reporter().started(child);
        if (child.phase() == Phase.STOPPING) return; // the callers hear of its end
        child.phase(Phase.RUNNING);
        child.rests = 0;
        KeyedStarts.answer(child);
    }

    void startFailed(KeyedChild<K, M> child, StartError error) {
        if (child.phase() == Phase.STOPPING) {
            Runnable told = KeyedStarts.refusal(child, error);
            gone(child);
            told.run();
        } else {
            failures.startFailed(child, error);
        }
    }

    private void childExited(Pid pid, ExitReason reason) {
        KeyedChild<K, M> child = find(pid);
        if (child == null) return; // a process that linked itself
        if (child.phase() == Phase.STARTING || child.phase() == Phase.STOPPING) starts.look(child);
        switch (child.phase()) {
            case RUNNING -> failures.ended(child, pid, reason);
            case RESTING, STOPPING -> {
                boolean rested = child.phase() == Phase.RESTING;
                child.down(ChildInfo.State.STOPPED);
                reporter().ended(child, reason);
                if (!RestartDecider.endedAsAsked(settings.terms().shutdown(), reason)) {
                    child.failed(reason);
                    reporter().stoppedBadly(child, pid, reason);
                }
                if (rested) family.passivated = family.passivated + 1;
                gone(child);
            }
            default -> {} // its end is known already
        }
    }

    /** Ends a process that is idle. Its last act has as much time as it has when it is stopped. */
    void endIdle(KeyedChild<K, M> child, Pid pid) {
        child.rests = 0;
        if (!endIfRested(pid, ExitReason.NORMAL)) return;
        child.phase(Phase.RESTING);
        if (settings.terms().shutdown() instanceof Shutdown.After(Duration limit)) {
            alarm(child, pid, limit);
        }
    }

    boolean rests(Pid pid) {
        return hasRested(pid);
    }

    Subject<Event<K, M>> events() {
        return Objects.requireNonNull(own, "not started");
    }

    @Override
    @Nullable Child childWith(Pid pid) {
        return find(pid);
    }

    @SuppressWarnings("unchecked") // a name of this family has one of its records
    private @Nullable KeyedChild<K, M> find(Pid pid) {
        Demand demand = demandOf(pid).orElse(null);
        boolean known =
                demand instanceof KeyedChild<?, ?> child
                        && child.family() == family
                        && Objects.equals(pid, child.lastPid());
        return known ? (KeyedChild<K, M>) demand : null;
    }

    // ---- read by tools

    @Override
    public Optional<Strategy> strategy() {
        return Optional.empty();
    }

    @Override
    public int childCount() {
        return keys;
    }

    @Override
    public Stream<Child> books() {
        return family.table.stream()
                .filter(child -> child.phase() != Phase.ABSENT)
                .map(child -> child);
    }

    @Override
    public Optional<KeyCounts> keyCounts() {
        return Optional.of(
                new KeyCounts(keys, down, starts.running(), starts.waiting(), family.passivated));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.StartError;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The children of a static supervisor in start order, and what is done to one of them. The
 * supervisor's process alone changes them; tools go through them at any time.
 */
final class Entries implements Iterable<Entry> {
    private final AbstractSupervisor<?> supervisor;
    private final List<Entry> entries;

    Entries(AbstractSupervisor<?> supervisor, List<ChildSpecification<?>> children) {
        this.supervisor = supervisor;
        this.entries = new CopyOnWriteArrayList<>(children.stream().map(Entry::of).toList());
    }

    @Override
    public Iterator<Entry> iterator() {
        return entries.iterator();
    }

    Stream<Entry> stream() {
        return entries.stream();
    }

    int size() {
        return entries.size();
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    void remove(Entry entry) {
        entries.remove(entry);
    }

    @Nullable Entry find(Pid pid) {
        for (Entry entry : entries) {
            if (Objects.equals(pid, entry.child().pid())) return entry;
        }
        return null;
    }

    @Nullable Entry find(String id) {
        for (Entry entry : entries) {
            if (entry.child().id().equals(id)) return entry;
        }
        return null;
    }

    /** Those that a strategy stops and starts again when one of them fails, in start order. */
    List<Entry> affected(Strategy strategy, Entry failed) {
        return RestartDecider.affected(strategy, entries.indexOf(failed), entries.size()).stream()
                .map(entries::get)
                .toList();
    }

    /** Whether another significant child runs or is being restarted. */
    boolean othersActive(Entry ended) {
        for (Entry entry : entries) {
            boolean counts = entry != ended && entry.isSignificant();
            if (counts && entry.child().isActive()) return true;
        }
        return false;
    }

    /** The children take the places of those of the supervisor's predecessor. */
    void inherit(SupervisorView predecessor) {
        for (Entry entry : entries) {
            Child before = predecessor.book(entry.child().id());
            if (before != null) entry.child().inherit(before);
        }
    }

    // ---- acts on one of them

    /** Runs its start function and records the outcome. */
    StartResult<?> start(Entry entry) {
        Child child = entry.child();
        StartResult<?> outcome =
                supervisor.<StartResult<?>>replacing(child, () -> launch(entry.specification()));
        switch (outcome) {
            case StartResult.Ok<?>(Started<?> started) -> {
                child.running(started.pid());
                supervisor.countsFrom(child);
            }
            case StartResult.Failed<?>(StartError.Ignored ignored) -> {}
            case StartResult.Failed<?>(StartError error) -> child.failed(Children.reason(error));
        }
        return outcome;
    }

    private <D> StartResult<D> launch(ChildSpecification<D> child) {
        return supervisor.launch(
                child.id(),
                child.terms(),
                () -> Children.checked(child.id(), child.restart(), child.starter().start()));
    }

    /** Stops the running ones from the last one down, one after another. */
    void stopAll() {
        for (int i = entries.size() - 1; i >= 0; i--) stop(entries.get(i));
    }

    /**
     * Stops a child. Its pid stays in the record until it is dead, so that a thread that has to
     * kill the tree meanwhile finds it.
     */
    void stop(Entry entry) {
        Child child = entry.child();
        Pid pid = child.pid();
        Shutdown shutdown = entry.specification().shutdown();
        ExitReason reason = pid == null ? ExitReason.NORMAL : Children.stop(pid, shutdown);
        child.down(ChildInfo.State.STOPPED);
        if (pid != null) supervisor.reporter().ended(child, reason);
        if (pid == null || RestartDecider.endedAsAsked(shutdown, reason)) return;
        child.failed(reason);
        supervisor.reporter().stoppedBadly(child, pid, reason);
    }

    /** It is not started again by itself: sends to its name fail from now on. */
    void abandon(Entry entry) {
        Pid last = entry.child().lastPid();
        if (last != null) Children.abandon(last);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Launched;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Startup;
import dev.otp4j.process.Subject;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;

/**
 * The starts of a keyed factory: so many initialisers run at a time, the others wait in the order
 * in which they were asked for. The factory's process alone uses it, and does not wait for an
 * initialiser: it is told when one has ended.
 */
final class KeyedStarts<K, M> {
    private static final int LONG = 1_000;

    private final KeyedLoop<K, M> loop;
    private final KeyedFactory.Template<K, M> template;
    private final KeyedSettings settings;
    private ArrayDeque<KeyedChild<K, M>> queue = new ArrayDeque<>();
    private boolean wasLong;
    private volatile int waiting; // as many as wait in the queue; tools read it
    private volatile int running;

    KeyedStarts(
            KeyedLoop<K, M> loop, KeyedFactory.Template<K, M> template, KeyedSettings settings) {
        this.loop = loop;
        this.template = template;
        this.settings = settings;
    }

    int waiting() {
        return waiting;
    }

    int running() {
        return running;
    }

    /** A key is started when it is its turn. */
    void enqueue(KeyedChild<K, M> child) {
        child.phase(KeyedChild.Phase.QUEUED);
        queue.add(child);
        wasLong |= queue.size() > LONG;
        waiting = waiting + 1;
        startNext();
    }

    /** A key that waits for its turn is not started; it stays in the queue and is passed over. */
    void withdrawn() {
        waiting = waiting - 1;
    }

    /** Starts those whose turn it is. */
    void startNext() {
        while (running < settings.parallelStarts()) {
            KeyedChild<K, M> next = queue.poll();
            if (next == null) return;
            if (queue.isEmpty() && wasLong) shrink();
            if (next.phase() == KeyedChild.Phase.QUEUED) {
                waiting = waiting - 1;
                start(next);
            }
        }
    }

    /** A queue does not shrink by itself. */
    private void shrink() {
        queue = new ArrayDeque<>();
        wasLong = false;
    }

    private void start(KeyedChild<K, M> child) {
        KeyedChild.Asked<M> asked = child.asked();
        asked.begun = ProcessRuntime.current().nanoTime();
        Launched launched;
        try {
            launched = loop.launch(child, builder(child), loop.telling(child));
        } catch (Throwable thrown) {
            if (!Processes.isAlive(Processes.self()))
                throw thrown instanceof Error e ? e : new Error(thrown);
            loop.startFailed(child, new StartError.InitExited(ExitReason.of(thrown)));
            return;
        } finally {
            Thread.interrupted(); // what the template did to this thread is not the factory's
            // business
        }
        asked.launched = launched;
        child.launched(launched.pid());
        child.phase(KeyedChild.Phase.STARTING);
        running = running + 1;
    }

    private ActorBuilder<?, M, ?> builder(KeyedChild<K, M> child) throws Exception {
        ActorBuilder<?, M, ?> own = template.actor(child.key());
        Objects.requireNonNull(
                own,
                () ->
                        "the template of %s returned null for key '%s'"
                                .formatted(loop.reporter().path(), child.id()));
        ActorBuilder<?, M, ?> named = own.named(child.name());
        return settings.startLimit() == null ? named : named.initTimeout(settings.startLimit());
    }

    /** The initialiser of a key may have ended: records the outcome, if it was not recorded yet. */
    void look(KeyedChild<K, M> child) {
        KeyedChild.Asked<M> asked = child.asked;
        Launched launched = asked == null ? null : asked.launched;
        if (asked == null || launched == null || launched.outcome().isEmpty()) return;
        asked.launched = null;
        launched.taken();
        running = running - 1;
        loop.tookToStart(ProcessRuntime.current().nanoTime() - asked.begun);
        switch (launched.outcome().get()) {
            case Startup.Running up -> loop.started(child, up.pid());
            case Startup.NotStarted(StartError error) -> loop.startFailed(child, error);
        }
        startNext();
    }

    // ---- answers

    /** The callers that wait for the key are told that it runs. */
    static <K, M> void answer(KeyedChild<K, M> child) {
        KeyedChild.Asked<M> asked = child.asked;
        if (asked == null) return;
        var up = new Started<>(Objects.requireNonNull(child.lastPid()), child.name().subject());
        for (Subject<StartResult<Subject<M>>> caller : asked.starts) {
            caller.trySend(new StartResult.Ok<>(up));
        }
        asked.starts.clear();
        settle(child);
    }

    /**
     * {@return what tells the callers that wait for the key that it could not be started} They do
     * not wait for it from now on. They are to be told when the record of the key says so, too.
     */
    static <K, M> Runnable refusal(KeyedChild<K, M> child, StartError error) {
        KeyedChild.Asked<M> asked = child.asked;
        if (asked == null || asked.starts.isEmpty()) return () -> {};
        var callers = List.copyOf(asked.starts);
        asked.starts.clear();
        settle(child);
        return () -> callers.forEach(caller -> caller.trySend(new StartResult.Failed<>(error)));
    }

    /** The key has no process: callers that wait for that are told, and no alarm is needed. */
    static <K, M> void stopped(KeyedChild<K, M> child) {
        KeyedChild.Asked<M> asked = child.asked;
        if (asked == null) return;
        for (Subject<Boolean> caller : asked.stops) caller.trySend(true);
        asked.stops.clear();
        if (asked.alarm != null) asked.alarm.cancel();
        asked.alarm = null;
        settle(child);
    }

    /** A key for which nothing is asked keeps nothing for that. */
    private static <K, M> void settle(KeyedChild<K, M> child) {
        KeyedChild.Asked<M> asked = child.asked;
        if (asked == null || asked.launched != null || asked.alarm != null) return;
        if (asked.starts.isEmpty() && asked.stops.isEmpty()) child.asked = null;
    }
}

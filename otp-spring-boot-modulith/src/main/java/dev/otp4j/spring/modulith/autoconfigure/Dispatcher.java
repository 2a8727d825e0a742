/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ProcessExit;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of a target in the order in which they come, so many at a time as the target
 * allows. It uses no connection, and no thread waits for the target.
 *
 * <p>An attempt that could end only after it counts as lost is not begun: another instance may have
 * it by then.
 *
 * <p>After a restart it may hear of attempts that the dispatcher before it has begun. Their
 * outcomes are stored as well, and they are not counted twice.
 */
final class Dispatcher implements StatefulActor<Dispatcher.Message> {
    private static final Log LOG = LogFactory.getLog(Dispatcher.class);

    /** While so many outcomes wait for the database, nothing is sent. */
    private static final int MOST_UNMARKED = 100;

    /**
     * How long a stop waits for the outcomes of what was sent. The targets have ended by then; only
     * the threads that tell their outcomes have not come to it yet.
     */
    private static final Duration LAST_OUTCOMES = Duration.ofSeconds(1);

    /** The reply of an attempt whose call has not begun. */
    private static final CompletableFuture<?> NOT_CALLED = new CompletableFuture<>();

    /** What the dispatcher is told. */
    sealed interface Message {
        /** An event is to be sent. */
        record Deliver(Attempt attempt) implements Message {}

        /** It is the turn of an event; carries the context of its {@code Deliver}. */
        record Call(Attempt attempt) implements Message {}

        /** The target has handled an event, if there is no failure. */
        record Answered(Attempt attempt, @Nullable Throwable failure) implements Message {}

        /** The outcome of an event is stored, or nothing more can be done about it. */
        record Marked(Attempt attempt) implements Message {}
    }

    /** An event, and the message with its context that begins the call. */
    private record Waiting(Attempt attempt, Runnable call) {}

    private final TargetDesk<?> desk;
    private final BooleanSupplier stopping;
    private final Subject<Bookkeeper.Entry> bookkeeper;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final Map<Attempt, CompletableFuture<?>> inFlight = new IdentityHashMap<>();
    private final Set<Attempt> unmarked = Collections.newSetFromMap(new IdentityHashMap<>());
    private Subject<Message> self;

    /**
     * @param stopping whether the targets are being stopped, so that nothing more is sent
     */
    Dispatcher(TargetDesk<?> desk, BooleanSupplier stopping) {
        this.desk = desk;
        this.stopping = stopping;
        this.bookkeeper = desk.bookkeeper.subject();
        this.self = desk.dispatcher.subject();
    }

    @Override
    public void started(Subject<Message> subject) {
        self = subject;
        show();
    }

    @Override
    public Step handle(Message message) {
        switch (message) {
            case Message.Deliver(Attempt attempt) -> enqueue(attempt);
            case Message.Call(Attempt attempt) -> call(attempt);
            case Message.Answered(Attempt attempt, Throwable failure) -> {
                inFlight.remove(attempt);
                unmarked.add(attempt);
                bookkeeper.send(new Bookkeeper.Entry.Mark(attempt, failure));
            }
            case Message.Marked(Attempt attempt) -> unmarked.remove(attempt);
        }
        sendNext();
        show();
        return Step.KEEP;
    }

    private void enqueue(Attempt attempt) {
        if (waiting.size() >= desk.settings().queueCapacity()) leave(attempt);
        else waiting.add(new Waiting(attempt, self.prepare(new Message.Call(attempt))));
    }

    private boolean maySend() {
        return inFlight.size() < desk.target().concurrency()
                && unmarked.size() < MOST_UNMARKED
                && !stopping.getAsBoolean();
    }

    private void sendNext() {
        while (maySend()) {
            Waiting next = waiting.poll();
            if (next == null) return;
            if (desk.isInTime(next.attempt(), System.nanoTime())) {
                inFlight.put(next.attempt(), NOT_CALLED);
                next.call().run();
            } else {
                leave(next.attempt());
            }
        }
    }

    private void call(Attempt next) {
        CompletableFuture<?> reply;
        try {
            reply = desk.call(next.event());
        } catch (ProcessExit end) {
            throw end;
        } catch (Throwable failure) { // an error of the application's code costs an attempt
            self.send(new Message.Answered(next, failure));
            return;
        }
        inFlight.replace(next, reply);
        var unused =
                reply.whenComplete(
                        (value, failure) -> self.send(new Message.Answered(next, failure)));
    }

    /** A first attempt is taken from the database when it is stale, another one is given back. */
    private void leave(Attempt attempt) {
        desk.tally.leftToLater.incrementAndGet();
        if (attempt.claimed() != null) giveBack(attempt);
        if (LOG.isDebugEnabled()) {
            LOG.debug("'%s' has no time for %s; it is sent later".formatted(desk.name(), attempt));
        }
    }

    private void giveBack(Attempt attempt) {
        bookkeeper.send(new Bookkeeper.Entry.GiveBack(attempt));
    }

    /** What waits is for another instance, or for the next start, without a wait for staleness. */
    @Override
    public void onTerminate(ExitReason reason) {
        waiting.forEach(left -> giveBack(left.attempt()));
        if (!stopping.getAsBoolean()) return; // then the next dispatcher hears of the outcomes
        long end = System.nanoTime() + LAST_OUTCOMES.toNanos();
        inFlight.forEach((attempt, reply) -> settle(attempt, reply, end));
    }

    /** Without an outcome in time the attempt is left until it is stale. */
    private void settle(Attempt attempt, CompletableFuture<?> reply, long end) {
        if (reply == NOT_CALLED) {
            giveBack(attempt);
            return;
        }
        try {
            reply.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            bookkeeper.send(new Bookkeeper.Entry.Mark(attempt, null));
        } catch (ExecutionException failed) {
            bookkeeper.send(new Bookkeeper.Entry.Mark(attempt, failed.getCause()));
        } catch (CancellationException failed) {
            bookkeeper.send(new Bookkeeper.Entry.Mark(attempt, failed));
        } catch (TimeoutException late) {
            LOG.debug("the outcome of %s is not known at the stop".formatted(attempt));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        desk.tally.waiting = waiting.size() + inFlight.size() + unmarked.size();
    }

    @Override
    public Object snapshot() {
        return "%d waiting, %d sent, %d to be stored"
                .formatted(waiting.size(), inFlight.size(), unmarked.size());
    }
}

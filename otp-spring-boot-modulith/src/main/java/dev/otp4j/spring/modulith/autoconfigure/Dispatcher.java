/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.Subject;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of a target in the order in which they come, so many at a time as the target
 * allows. It uses no connection, and no thread waits for the target.
 *
 * <p>An attempt that could end only after it counts as lost is not begun: another instance may have
 * it by then.
 */
final class Dispatcher implements StatefulActor<Dispatcher.Message> {
    private static final Log LOG = LogFactory.getLog(Dispatcher.class);

    /** While so many outcomes wait for the database, nothing is sent. */
    private static final int MOST_UNMARKED = 100;

    /** What the dispatcher is told. */
    sealed interface Message {
        /** An event is to be sent. */
        record Deliver(Attempt attempt) implements Message {}

        /** It is the turn of an event; carries the context of its {@code Deliver}. */
        record Call(Attempt attempt) implements Message {}

        /** The target has handled an event, if there is no failure. */
        record Answered(Attempt attempt, @Nullable Throwable failure) implements Message {}

        /** The outcome of an event is stored, or nothing more can be done about it. */
        record Marked() implements Message {}
    }

    /** An event, and the message with its context that begins the call. */
    private record Waiting(Attempt attempt, Runnable call) {}

    private final TargetDesk<?> desk;
    private final Subject<Bookkeeper.Mark> bookkeeper;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private Subject<Message> self;
    private int inFlight;
    private int unmarked;

    Dispatcher(TargetDesk<?> desk) {
        this.desk = desk;
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
                inFlight--;
                unmarked++;
                bookkeeper.send(new Bookkeeper.Mark(attempt, failure));
            }
            case Message.Marked() -> unmarked--;
        }
        sendNext();
        show();
        return Step.KEEP;
    }

    private void enqueue(Attempt attempt) {
        if (waiting.size() >= desk.settings().queueCapacity()) leave(attempt);
        else waiting.add(new Waiting(attempt, self.prepare(new Message.Call(attempt))));
    }

    private void sendNext() {
        while (inFlight < desk.target().concurrency() && unmarked < MOST_UNMARKED) {
            Waiting next = waiting.poll();
            if (next == null) return;
            if (desk.isInTime(next.attempt(), System.nanoTime())) {
                inFlight++;
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
        } catch (RuntimeException failure) {
            self.send(new Message.Answered(next, failure));
            return;
        }
        var unused =
                reply.whenComplete(
                        (value, failure) -> self.send(new Message.Answered(next, failure)));
    }

    /** The publication stays as it is, and is taken from the database when it is stale. */
    private void leave(Attempt attempt) {
        desk.tally.leftToLater.incrementAndGet();
        if (LOG.isDebugEnabled()) {
            LOG.debug("'%s' has no time for %s; it is sent later".formatted(desk.name(), attempt));
        }
    }

    private void show() {
        desk.tally.waiting = waiting.size() + inFlight + unmarked;
    }

    @Override
    public Object snapshot() {
        return "%d waiting, %d sent, %d to be stored".formatted(waiting.size(), inFlight, unmarked);
    }
}

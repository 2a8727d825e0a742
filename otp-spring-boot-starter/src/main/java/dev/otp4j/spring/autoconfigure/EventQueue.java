/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.spring.event.ActorEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events in order, on a virtual thread that runs while there are any. What adds an event
 * never waits: an event that finds the queue full is dropped and counted.
 *
 * <p>The monitor guards everything; no listener runs under it.
 */
final class EventQueue {
    private static final Log LOG = LogFactory.getLog(EventQueue.class);

    /** Most events that wait. */
    static final int CAPACITY = 1_000;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final OtpSystem system;
    private final Consumer<ActorEvent> publisher;
    private final ArrayDeque<ActorEvent> waiting = new ArrayDeque<>();
    private boolean publishing;
    private long dropped;
    private long droppedNow; // since the queue was empty last
    private @Nullable Long failureLogged; // time of the clock

    EventQueue(OtpSystem system, Consumer<ActorEvent> publisher) {
        this.system = system;
        this.publisher = publisher;
    }

    /** Adds an event, if it is one. */
    void add(@Nullable ActorEvent event) {
        if (event == null) return;
        boolean first = false;
        synchronized (this) {
            if (waiting.size() >= CAPACITY) {
                dropped++;
                if (droppedNow++ > 0) return;
                first = true;
            } else {
                waiting.add(event);
                if (publishing) return;
                publishing = true;
            }
        }
        if (first) SystemThreads.startVirtual(system, "otp:events", this::logFull);
        else begin();
    }

    private void begin() {
        try {
            SystemThreads.startVirtual(system, "otp:events", this::publishAll);
        } catch (Throwable noThread) { // the next event tries again
            synchronized (this) {
                publishing = false;
            }
        }
    }

    private void publishAll() {
        for (ActorEvent event; (event = next()) != null; ) {
            try {
                publisher.accept(event);
            } catch (Throwable thrown) { // a listener in Kotlin may throw checked exceptions
                if (isToLog()) LOG.warn("a listener of " + event + " failed", thrown);
            }
        }
    }

    private @Nullable ActorEvent next() {
        long lost;
        synchronized (this) {
            ActorEvent next = waiting.poll();
            if (next != null) return next;
            publishing = false;
            lost = droppedNow;
            droppedNow = 0;
            notifyAll();
        }
        if (lost > 0) LOG.warn("dropped %d events of the supervision tree".formatted(lost));
        return null;
    }

    private void logFull() {
        LOG.warn(
                "dropping events of the supervision tree: %d wait, because a listener is slow"
                        .formatted(CAPACITY));
    }

    private synchronized boolean isToLog() {
        long now = System.nanoTime();
        if (failureLogged != null && now - failureLogged < MINUTE) return false;
        failureLogged = now;
        return true;
    }

    /** How many events were dropped. */
    synchronized long dropped() {
        return dropped;
    }

    /**
     * Waits until nothing waits to be published, but no longer than {@code limit}; then drops it.
     */
    synchronized void await(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (publishing) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) break;
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dropped += waiting.size();
        waiting.clear();
    }
}

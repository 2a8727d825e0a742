/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * At most so many handlers of all processes that share this limit run at the same time. For what
 * bears only so much at once: a pool of 10 connections, a service that stands 20 requests.
 *
 * {@snippet :
 * ConcurrencyLimit db = ConcurrencyLimit.of("db", 10);
 * ActorBuilder<State, Message, Subject<Message>> orders = Actor.of(Orders::new).concurrency(db);
 * ActorBuilder<State, Message, Subject<Message>> stock = Actor.of(Stock::new).concurrency(db);
 * }
 *
 * <p>A process needs a permit while a handler runs with a message that was sent to a subject of the
 * process, and for the step after its start. A process without a permit has no thread: it stands in
 * the limit's queue, first in, first out. While other processes wait, a process gives its permit
 * back after 8 messages, or after the message with which it has had the permit for 1 ms, and goes
 * to the end of the queue.
 *
 * <p>These need no permit: initialisers, exits that a process traps, DOWN messages, system
 * requests, the exit of the parent, and {@code onTerminate} in a process that has no permit when it
 * is stopped. So a process that waits can be stopped, suspended and looked at. Exits and DOWN
 * messages keep their place in the order: one that stands behind a message which waits for a permit
 * waits with that. System requests and the parent's exit go before such a message.
 *
 * <p>A killed process keeps its permit until its code has returned, because that code still uses
 * what the limit protects; see {@link #heldByEnded} and {@link Zombie}.
 *
 * <p>A process keeps its permit while its handler waits, also for the reply to a call. A handler
 * that calls a process under the same limit takes two permits for one piece of work, and with no
 * permit left the call fails when its time is over. Give the callee a limit of its own, or {@link
 * #none}.
 *
 * <p>A limit can be shared by processes of several runtimes. It belongs to one JVM. Thread-safe.
 *
 * <p>Counterpart: none; in Erlang a pool of worker processes.
 *
 * @since 0.1.0
 */
public final class ConcurrencyLimit {
    private static final ConcurrencyLimit NONE = new ConcurrencyLimit("none", Integer.MAX_VALUE);

    private final String name;
    private final int permits;

    private final Object lock = new Object();
    private final Queue holders = new Queue();
    private final Queue waiting = new Queue();

    private ConcurrencyLimit(String name, int permits) {
        this.name = name;
        this.permits = permits;
    }

    /**
     * {@return a new limit} Two limits of the same name are two limits; give the same object to all
     * that are to share it.
     *
     * @param name names it in tools, meters and error messages; not blank
     * @param permits how many handlers may run at the same time
     * @throws IllegalArgumentException if {@code name} is blank or {@code permits} is not positive
     */
    public static ConcurrencyLimit of(String name, int permits) {
        if (Arguments.notNull("name", name).isBlank()) {
            throw new IllegalArgumentException("'name' must not be blank: \"" + name + "\"");
        }
        if (permits < 1) {
            throw new IllegalArgumentException(
                    "'permits' of concurrency limit '%s' must be positive: %d"
                            .formatted(name, permits));
        }
        return new ConcurrencyLimit(name, permits);
    }

    /**
     * {@return no limit} For a process in a subtree with a limit that is not to take a permit, such
     * as one that calls others there.
     */
    public static ConcurrencyLimit none() {
        return NONE;
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return how many handlers may run at the same time} */
    public int permits() {
        return permits;
    }

    /** {@return how many permits processes have now} */
    public int inUse() {
        return holders.size;
    }

    /** {@return how many processes wait for a permit now} */
    public int waiting() {
        return waiting.size;
    }

    /**
     * {@return how many permits are held by processes that have ended but whose code still runs}
     */
    public int heldByEnded() {
        synchronized (lock) {
            int ended = 0;
            for (Claim held = holders.first; held != null; held = held.next) {
                if (held.isOfEnded()) ended++;
            }
            return ended;
        }
    }

    /** {@return the processes that have a permit now, the one that has had it longest first} */
    public List<Pid> holders() {
        synchronized (lock) {
            return holders.list();
        }
    }

    /** {@return the processes that wait for a permit now, the next one first} */
    public List<Pid> queue() {
        synchronized (lock) {
            return waiting.list();
        }
    }

    @Override
    public String toString() {
        return this == NONE
                ? "ConcurrencyLimit[none]"
                : "ConcurrencyLimit['%s', %d of %d permits in use, %d waiting]"
                        .formatted(name, inUse(), permits, waiting());
    }

    // ---- for processes

    /**
     * One process under a limit.
     *
     * <pre>
     * NONE    -> HELD     the process takes a permit that is free      the process
     * NONE    -> WAITING  no permit is free, or others wait            the process
     * WAITING -> HELD     another process gives its permit back        that one's thread
     * WAITING -> NONE     the process is suspended, or has ended       the process; the thread that ended it if it was idle
     * HELD    -> NONE     the process gives it back, or has ended      the same
     *
     * field       written by                 read by
     * state       under the limit's lock     the process and tools, without the lock (volatile)
     * all others  under the limit's lock     under the limit's lock
     * </pre>
     */
    abstract static class Claim {
        private static final byte NONE = 0;
        private static final byte WAITING = 1;
        private static final byte HELD = 2;

        private volatile byte state;
        private @Nullable Claim next;
        private @Nullable Claim prev;

        /** What the thread gets that makes this a holder, while it waits. */
        private @Nullable Object ticket;

        abstract Pid process();

        /** Whether the process has ended. */
        abstract boolean isOfEnded();

        /**
         * Whether the process has a permit or waits for one; one look, for the one becomes the
         * other.
         */
        final boolean isMade() {
            return state != NONE;
        }

        final boolean isHeld() {
            return state == HELD;
        }

        final boolean isWaiting() {
            return state == WAITING;
        }
    }

    /** Takes a permit if one is free and no process waits. True if the process has one now. */
    boolean tryAcquire(Claim claim) {
        synchronized (lock) {
            if (claim.state == Claim.NONE && waiting.size == 0 && holders.size < permits) {
                holders.add(claim);
                claim.state = Claim.HELD;
            }
            return claim.state == Claim.HELD;
        }
    }

    /**
     * Takes a permit, or goes to the end of the queue. True if the process has one now.
     *
     * @param ticket what {@link #release} returns to the thread that gives a permit to this process
     */
    boolean acquire(Claim claim, Object ticket) {
        synchronized (lock) {
            if (tryAcquire(claim)) return true;
            if (claim.state == Claim.NONE) {
                claim.ticket = ticket;
                waiting.add(claim);
                claim.state = Claim.WAITING;
            }
            return false;
        }
    }

    /**
     * Gives a permit back, or leaves the queue. Does nothing if the process has no permit and does
     * not wait. Allocates nothing, and makes no call after the step.
     *
     * @return the ticket of the process that has the permit now and has to be woken, or null
     */
    @Nullable Object release(Claim claim) {
        synchronized (lock) {
            byte was = claim.state;
            if (was == Claim.NONE) return null;
            claim.state = Claim.NONE;
            if (was == Claim.WAITING) {
                waiting.remove(claim);
                claim.ticket = null;
                return null;
            }
            holders.remove(claim);
            Claim first = waiting.first;
            if (first == null) return null;
            waiting.remove(first);
            holders.add(first);
            first.state = Claim.HELD;
            Object ticket = first.ticket;
            first.ticket = null;
            return ticket;
        }
    }

    /** How many processes stand before this one in the queue; -1 if it does not wait. */
    int ahead(Claim claim) {
        synchronized (lock) {
            int ahead = 0;
            for (Claim at = waiting.first; at != null; at = at.next, ahead++) {
                if (at == claim) return ahead;
            }
            return -1;
        }
    }

    /** Claims in the order in which they came. Changed under the limit's lock. */
    private static final class Queue {
        private @Nullable Claim first;
        private @Nullable Claim last;
        private volatile int size;

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // under the lock
        void add(Claim claim) {
            claim.prev = last;
            if (last == null) first = claim;
            else last.next = claim;
            last = claim;
            size = size + 1;
        }

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // under the lock
        void remove(Claim claim) {
            Claim before = claim.prev;
            Claim after = claim.next;
            if (before == null) first = after;
            else before.next = after;
            if (after == null) last = before;
            else after.prev = before;
            claim.prev = null;
            claim.next = null;
            size = size - 1;
        }

        List<Pid> list() {
            var all = new ArrayList<Pid>(size);
            for (Claim at = first; at != null; at = at.next) all.add(at.process());
            return List.copyOf(all);
        }
    }
}

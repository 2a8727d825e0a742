/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/**
 * How far the couriers are behind, and the brake on the intake that follows from it.
 *
 * <p>A delivery lags by the time since its event was accepted. No more events are let in than each
 * healthy subscriber can get, at its present pace, before one lags by half of {@code
 * relay.max-lag}. Others wait, and after a while they are refused. So processor and disk are left
 * to the couriers.
 *
 * <p>Only subscribers for which this helps count as healthy, see {@link Lane}.
 *
 * <p>The lanes are each courier's own. {@link #look} runs in one thread at a time, that of a
 * request which holds the lock, and sets how many requests may come in until the next look.
 */
@Component
public class Backlog {
    /** How long the result of a look is good for. */
    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

    /** How long an event waits at most before it is refused. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private static final Duration RATE_PERIOD = Duration.ofMillis(500);

    private final Tail tail;
    private final long limit;
    private final long longestWait;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();

    private final ReentrantLock looking = new ReentrantLock();

    /** How many more events may come in: set by a look, taken from by each event. */
    private final AtomicLong room = new AtomicLong();

    /** The events that are let in and have not left again. */
    private final AtomicLong inside = new AtomicLong();

    // written under the lock; the volatile one is read without it
    private volatile long lookedAt = System.nanoTime() - LOOK_NANOS;
    private long rateSince = System.nanoTime();
    private long rateFrom;
    private double rate;
    private final Demand demand = new Demand(rateSince);

    Backlog(Tail tail, LedgerProperties properties) {
        this.tail = tail;
        this.limit = properties.maxLag().toNanos() / 2;
        Duration wait = properties.ledgerTimeout();
        this.longestWait = (wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT).toNanos();
    }

    /** Begins the lane of a courier that starts; ends that of its predecessor. */
    public Lane begin(String subscriptionId) {
        var lane = new Lane();
        lanes.put(subscriptionId, lane);
        return lane;
    }

    /** Ends the lane of a subscription to which nothing is delivered any more. */
    public void end(String subscriptionId) {
        lanes.remove(subscriptionId);
    }

    /** Ends all lanes but those of some subscriptions. */
    public void keep(Set<String> subscriptionIds) {
        lanes.keySet().retainAll(subscriptionIds);
    }

    /**
     * Lets an event in: at once, or when there is room. The caller calls {@link #leave} when the
     * event is stored, or is not to be stored.
     *
     * @throws IntakeSlowedException if that takes too long
     */
    void enter() {
        long start = System.nanoTime();
        while (!takeRoom()) {
            if (System.nanoTime() - start > longestWait) throw new IntakeSlowedException();
            pause();
        }
        inside.incrementAndGet();
    }

    void leave() {
        inside.decrementAndGet();
    }

    private boolean takeRoom() {
        look();
        return room.getAndUpdate(now -> Math.max(0, now - 1)) > 0;
    }

    /** Not the same time for all, so that those that wait do not all come back at once. */
    private static void pause() {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(10, 40));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the intake was slowed", e);
        }
    }

    private void look() {
        if (System.nanoTime() - lookedAt < LOOK_NANOS || !looking.tryLock()) return;
        try {
            long now = System.nanoTime();
            measureRate(now);
            double unslowed = Math.max(rate, demand.rate());
            long coming = inside.get();
            long least = Long.MAX_VALUE;
            for (Lane lane : lanes.values()) {
                least = Math.min(least, lane.room(now, tail, unslowed, limit, coming));
            }
            room.set(least);
            lookedAt = now;
        } finally {
            looking.unlock();
        }
    }

    private void measureRate(long now) {
        demand.add(now, tail.last());
        long elapsed = now - rateSince;
        if (elapsed < RATE_PERIOD.toNanos()) return;
        long last = tail.last();
        rate = rateFrom == 0 ? 0 : (last - rateFrom) * 1e9 / elapsed;
        rateFrom = last;
        rateSince = now;
    }
}

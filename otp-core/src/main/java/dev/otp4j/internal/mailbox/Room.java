/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts the messages that a mailbox with a capacity has. A sender enters before it pushes; the
 * owner of the mailbox counts each message out when it has taken the message for good.
 *
 * <pre>
 * field    written by                              read by
 * entered  senders, by compare-and-set             any thread (volatile)
 * out      the owner: release, one more each time  senders, when it looks full to them (acquire); in an array of its
 *                                                  own, away from what senders write
 * seenOut  senders, plain: a value that out had    senders, plain; an old value makes a sender look at out again
 *
 * in the mailbox: entered - out, never more than the capacity, but for what enterAnyway lets in
 * </pre>
 *
 * <p>Both counters go round at the end of the range of {@code int}; only their difference counts.
 */
public final class Room {
    private static final VarHandle ENTERED;
    private static final VarHandle OUT;

    /** Elements on both sides of the counter: a cache line and its neighbour. */
    private static final int PADDING = 32;

    static {
        try {
            ENTERED = MethodHandles.lookup().findVarHandle(Room.class, "entered", int.class);
            OUT = MethodHandles.arrayElementVarHandle(int[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private final int[] out = new int[2 * PADDING + 1];
    private volatile int entered;
    private int seenOut;

    /** Room for {@code capacity} messages. */
    public Room(int capacity) {
        this.capacity = capacity;
    }

    /** Takes a place for one message. False if there is none. */
    @AnyThread
    public boolean enter() {
        for (; ; ) {
            int in = entered;
            if (in - seenOut >= capacity) {
                int now = out();
                if (in - now >= capacity) return false;
                seenOut = now;
            }
            if (ENTERED.compareAndSet(this, in, in + 1)) return true;
        }
    }

    /** Takes a place for one message, even beyond the capacity. */
    @AnyThread
    public void enterAnyway() {
        var unused = (int) ENTERED.getAndAdd(this, 1);
    }

    /** Gives back a place that was taken for a message that was not pushed. */
    @AnyThread
    public void withdraw() {
        var unused = (int) ENTERED.getAndAdd(this, -1);
    }

    /** Counts out a message that the owner has taken for good. */
    @OwnerThread
    public void leave() {
        OUT.setRelease(out, PADDING, out[PADDING] + 1);
    }

    /** How many places are taken. */
    @AnyThread
    public int used() {
        return entered - out();
    }

    private int out() {
        return (int) OUT.getAcquire(out, PADDING);
    }
}

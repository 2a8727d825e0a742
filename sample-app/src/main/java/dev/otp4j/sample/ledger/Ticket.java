/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The permission to make one change. The requester can cancel it until the ledger begins.
 *
 * <pre>
 * PENDING -> BEGUN      the ledger's thread, inside the transaction, holding the head's lock
 * PENDING -> CANCELLED the requester, when it stops waiting
 * </pre>
 *
 * So a cancelled request never changes anything. A change that has begun is over as soon as another
 * thread gets the head's lock. That holds even for the thread of a killed ledger, which may still
 * run for a while.
 */
final class Ticket {
    private enum State {
        PENDING,
        BEGUN,
        CANCELLED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.PENDING);

    /** Returns false if the ticket was cancelled; the change must not be made then. */
    boolean begin() {
        return state.compareAndSet(State.PENDING, State.BEGUN);
    }

    /** Returns false if it is too late: the change has been made, is being made, or has failed. */
    boolean cancel() {
        return state.compareAndSet(State.PENDING, State.CANCELLED);
    }
}

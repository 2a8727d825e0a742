/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The right to make one change: its requester can take it back until the ledger begins.
 *
 * <pre>
 * PENDING -> BEGUN      the ledger's thread, inside the transaction, holding the head's lock
 * PENDING -> CANCELLED  the requester, who does not wait any longer
 * </pre>
 *
 * So a request that was cancelled changes nothing, ever, and one that has begun is over as soon as
 * somebody else gets the head's lock: that holds for the thread of a killed ledger as well, which
 * may run on for a while.
 */
final class Ticket {
    private enum State {
        PENDING,
        BEGUN,
        CANCELLED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.PENDING);

    /** False if it was taken back: do nothing then. */
    boolean begin() {
        return state.compareAndSet(State.PENDING, State.BEGUN);
    }

    /** False if it is too late: the change has been made, is being made, or has failed. */
    boolean cancel() {
        return state.compareAndSet(State.PENDING, State.CANCELLED);
    }
}

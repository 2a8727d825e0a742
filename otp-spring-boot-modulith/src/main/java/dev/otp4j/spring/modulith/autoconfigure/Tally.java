/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What this instance counts of a target. Each number has one writer; any thread reads. */
final class Tally {
    final AtomicLong handled = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    final AtomicLong resubmitted = new AtomicLong();
    final AtomicLong leftToLater = new AtomicLong();

    /** Events in the dispatcher; written by it. */
    volatile int waiting;

    /** Written by the resubmitter; -1 while it does not know. */
    volatile long givenUp = -1;

    /** Class of the last failure; written by the bookkeeper. */
    volatile @Nullable String lastFailure;
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs work on a thread that no kill interrupts, and waits for it. Whoever waits can be killed; the
 * work is done to its end nevertheless.
 *
 * <p>H2 needs it for writes: its {@code retry:} file system outlives an interrupt during I/O, but
 * one that meets a writer waiting for another writer makes it close the whole database.
 */
final class UninterruptedWork {
    private UninterruptedWork() {}

    static <R> R run(Supplier<R> work) {
        var task = new FutureTask<>(work::get);
        Thread.ofVirtual().name("ledger-write").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the database was written", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) throw failure;
            throw new IllegalStateException(e.getCause());
        }
    }
}

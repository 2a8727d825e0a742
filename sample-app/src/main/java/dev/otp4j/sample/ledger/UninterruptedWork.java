/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs work on a thread that no kill interrupts, and waits for it. The waiting process can be
 * killed; the work is still completed.
 *
 * <p>H2 needs this. Its {@code retry:} file system survives an interrupt during I/O, but an
 * interrupt of a writer that waits for another writer makes H2 close the whole database.
 */
final class UninterruptedWork {
    private UninterruptedWork() {}

    static <R> R run(Supplier<R> work) {
        var task = new FutureTask<>(work::get);
        Thread.ofVirtual().name("ledger-database").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "interrupted while waiting for a write to the database", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) throw failure;
            throw new IllegalStateException(e.getCause());
        }
    }
}

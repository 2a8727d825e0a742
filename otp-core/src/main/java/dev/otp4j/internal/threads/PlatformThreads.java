/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for work that a system must do even while handlers occupy all carriers and no
 * virtual thread can begin: its stop, the time limit of its start, the reaction to the end of its
 * root. Each is a daemon, is started when it is needed, and ends with its task.
 */
public final class PlatformThreads {
    private PlatformThreads() {}

    /** Runs a task on a new thread, with {@code loader} as its context class loader. */
    public static Thread start(@Nullable ClassLoader loader, String name, Runnable task) {
        Thread thread = ThreadContext.platform(name, loader, task);
        thread.start();
        return thread;
    }

    /**
     * Runs a task on a platform thread and returns its result. If the current thread is a platform
     * thread it runs the task itself; otherwise a new thread does, and the current thread waits for
     * it. An interrupt of the current thread is passed on to the new thread, and is set again when
     * this returns.
     */
    public static <T extends @Nullable Object> T call(
            @Nullable ClassLoader loader, String name, Supplier<T> task) {
        if (!Thread.currentThread().isVirtual()) return task.get();
        var result = new CompletableFuture<T>();
        Thread thread =
                start(
                        loader,
                        name,
                        () -> {
                            try {
                                result.complete(task.get());
                            } catch (Throwable thrown) {
                                result.completeExceptionally(thrown);
                            }
                        });
        return await(result, thread);
    }

    private static <T extends @Nullable Object> T await(CompletableFuture<T> result, Thread by) {
        boolean interrupted = false;
        try {
            for (; ; ) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    by.interrupt();
                } catch (ExecutionException e) {
                    throw thrown(e);
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /** The exception that a task has thrown; if it is an error, this throws it. */
    public static RuntimeException thrown(ExecutionException e) {
        return switch (e.getCause()) {
            case RuntimeException failure -> failure;
            case Error error -> throw error;
            case null, default -> new IllegalStateException(e);
        };
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import dev.otp4j.process.Down;
import dev.otp4j.process.ExitMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waiting for what must happen, each time with a deadline. */
public final class Expect {
    /** By then it has happened, or never will. */
    public static final Duration SOON = Duration.ofSeconds(5);

    /** How long is watched that nothing happens, where no barrier says so. */
    public static final Duration QUIET = Duration.ofMillis(60);

    private Expect() {}

    /** The next message of a subject of the current process. */
    public static <M> M expect(Subject<M> subject) {
        return subject.receive(SOON)
                .orElseThrow(() -> new AssertionError("no message of " + subject + " in " + SOON));
    }

    /** Why the process ended, heard through a monitor of the current process. */
    public static ExitReason expectDown(Pid pid) {
        return expectDown(Processes.monitor(pid));
    }

    /** Why the monitored process ended. */
    public static ExitReason expectDown(Monitor monitor) {
        return Selector.<Down>create()
                .selectMonitor(monitor, down -> down)
                .receive(SOON)
                .orElseThrow(() -> new AssertionError("alive after " + SOON + ": " + monitor))
                .reason();
    }

    /** The next exit message of the current process. */
    public static ExitMessage expectExit() {
        return Selector.<ExitMessage>create()
                .selectTrappedExits(exit -> exit)
                .receive(SOON)
                .orElseThrow(() -> new AssertionError("no exit message in " + SOON));
    }

    /** The next exit message of the current process, which must be of that process. */
    public static ExitReason expectExit(Pid pid) {
        ExitMessage exit = expectExit();
        if (!exit.pid().equals(pid)) throw new AssertionError("not of " + pid + ": " + exit);
        return exit.reason();
    }

    /** Whether anything at all is queued for the current process, or comes in a moment. */
    public static boolean anythingComes() {
        return Selector.<Object>create().selectOther(other -> other).receive(QUIET).isPresent();
    }

    /** Why the process ended; from any thread. */
    public static ExitReason ended(Pid pid) {
        return get(ProcessRuntime.current().whenEnded(pid).toCompletableFuture());
    }

    /** The value of a future, within the deadline. */
    public static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not completed in " + SOON, e);
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until a condition holds. */
    public static void eventually(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > SOON.toNanos()) {
                throw new AssertionError("not within " + SOON + ": " + what);
            }
            LockSupport.parkNanos(50_000);
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting: " + what);
            }
        }
    }

    /** Waits until the process has nothing to do: it is idle, or waits in a receive. */
    public static void quiet(Pid pid) {
        eventually(
                pid + " is quiet",
                () ->
                        switch (ProcessInfo.of(pid).state()) {
                            case IDLE, WAITING, SUSPENDED -> true;
                            case STARTING, STUCK, RUNNING, EXITED -> false;
                        });
    }

    /** Waits for a latch; an interrupt ends the wait, and the thread stays interrupted. */
    public static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a latch, within the deadline. */
    public static void await(CountDownLatch latch) {
        try {
            if (latch.await(SOON.toMillis(), TimeUnit.MILLISECONDS)) return;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("not counted down in " + SOON);
    }

    /** Waits for a latch although the thread is interrupted: code that cannot be stopped. */
    public static void stubbornly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // that is the point
            }
        }
    }

    /** Goes on although the process was asked to stop, until it is killed. */
    public static void untilKilled() {
        Pid self = Processes.self();
        while (Processes.isAlive(self)) {
            LockSupport.parkNanos(1_000_000);
            Thread.interrupted(); // that is the point
        }
    }

    /** Runs code on a thread of its own that is no process, and waits for it. */
    public static void outside(Runnable code) {
        outside(
                () -> {
                    code.run();
                    return true;
                });
    }

    /** {@link #outside(Runnable)} with a result. */
    public static <T extends @Nullable Object> T outside(Supplier<T> code) {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform()
                .daemon()
                .name("outside")
                .start(
                        () -> {
                            try {
                                result.complete(code.get());
                            } catch (Throwable thrown) {
                                result.completeExceptionally(thrown);
                            }
                        });
        boolean interrupted = Thread.interrupted();
        try {
            return result.get(8, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw Expect.<RuntimeException>sneaky(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("code outside did not finish", e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(@Nullable Throwable thrown) throws E {
        throw (E) thrown;
    }
}

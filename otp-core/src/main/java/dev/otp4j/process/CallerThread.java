/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a process on a thread that belongs to the application: that of a test, or main. */
final class CallerThread {
    private CallerThread() {}

    static <T extends @Nullable Object> T run(Engine runtime, Supplier<T> block) {
        ProcessCell outer = Current.process();
        if (outer != null) {
            throw new IllegalStateException(
                    "cannot run a process inside a process: current process is " + outer);
        }
        var cell = new ProcessCell(runtime, runtime.port, null, null, true, null);
        var body = new Body<>(block);
        adopt(runtime, new Runner(cell, body));
        ExitReason reason = cell.exitReason();
        if (body.thrown != null) throw CallerThread.<RuntimeException>sneaky(body.thrown);
        if (reason != null && reason != ExitReason.NORMAL) throw new ProcessExit(cell, reason);
        return body.result();
    }

    /**
     * Lets the current thread run the new process. If it runs another process, and is in code
     * outside of it, that process is not found on the thread meanwhile.
     */
    private static void adopt(Engine runtime, Runner own) {
        Thread thread = Thread.currentThread();
        Runner around = Current.runnerOf(thread);
        if (around != null) around.leave(thread);
        try {
            runtime.scheduler.adopt(own);
        } finally {
            if (around != null) around.enter(thread);
        }
    }

    static final class Body<T extends @Nullable Object> implements CallersBody {
        private final Supplier<T> block;
        private @Nullable T result;
        @Nullable Throwable thrown;

        Body(Supplier<T> block) {
            this.block = block;
        }

        @Override
        public void run() {
            try {
                result = block.get();
            } catch (Throwable t) {
                thrown = t;
                throw t;
            }
        }

        @SuppressWarnings("NullAway") // null only where T admits it, or run() has thrown
        T result() {
            return result;
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

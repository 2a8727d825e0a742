/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import org.jspecify.annotations.Nullable;

/**
 * Makes the threads of a runtime. A new thread inherits nothing from the thread that happens to
 * start it: neither its context class loader nor its inheritable thread locals. Otherwise a thread
 * that lives on would keep both reachable, and a process would see those of its first sender.
 */
public final class ThreadContext {
    /** The name of the virtual threads that complete futures of asynchronous calls. */
    public static final String COMPLETING = "otp:reply";

    private ThreadContext() {}

    /** A virtual thread, not started. */
    public static Thread virtual(String name, @Nullable ClassLoader loader, Runnable body) {
        Thread thread =
                Thread.ofVirtual().inheritInheritableThreadLocals(false).name(name).unstarted(body);
        thread.setContextClassLoader(loader);
        return thread;
    }

    /** A platform thread of the engine. */
    private static final class EngineThread extends Thread {
        EngineThread(String name, Runnable body) {
            super(null, body, name, 0, false);
            setDaemon(true);
        }
    }

    /**
     * Whether the current thread is one of the engine that runs no process: a timer, the sentry,
     * the thread of the reports, one that completes a future.
     */
    public static boolean isEngineThread() {
        Thread current = Thread.currentThread();
        return current instanceof EngineThread || current.getName().equals(COMPLETING);
    }

    /**
     * Returns if the stack has room for a step that must not be interrupted by an overflow.
     *
     * @throws StackOverflowError if it has none
     */
    public static void ensureStack() {
        StackRoom.ensure();
    }

    /** A platform thread that does not keep the JVM alive, not started. */
    public static Thread platform(String name, @Nullable ClassLoader loader, Runnable body) {
        Thread thread = new EngineThread(name, body);
        thread.setContextClassLoader(loader);
        return thread;
    }

    /**
     * A platform thread that runs a process and does not keep the JVM alive, not started. Unlike
     * the threads of the engine it counts as that of the process.
     */
    public static Thread platformProcess(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    /** Puts the class loader back if code that ran on the current thread has set another one. */
    public static void restore(Thread current, @Nullable ClassLoader loader) {
        if (current.getContextClassLoader() != loader) current.setContextClassLoader(loader);
    }
}

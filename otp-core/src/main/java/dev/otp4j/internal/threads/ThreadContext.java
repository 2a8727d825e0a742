/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import org.jspecify.annotations.Nullable;

/**
 * Makes the threads of a runtime. A new thread inherits nothing from the thread that happens to
 * start it: neither its context class loader nor its inheritable thread locals. Otherwise a thread
 * that lives on would keep both reachable, and a process would see those of its first sender.
 */
public final class ThreadContext {
    private ThreadContext() {}

    /** A virtual thread, not started. */
    public static Thread virtual(String name, @Nullable ClassLoader loader, Runnable body) {
        Thread thread =
                Thread.ofVirtual().inheritInheritableThreadLocals(false).name(name).unstarted(body);
        thread.setContextClassLoader(loader);
        return thread;
    }

    /** A platform thread that does not keep the JVM alive, not started. */
    public static Thread platform(String name, @Nullable ClassLoader loader, Runnable body) {
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .name(name)
                        .unstarted(body);
        thread.setContextClassLoader(loader);
        return thread;
    }

    /** Puts the class loader back if code that ran on the current thread has set another one. */
    public static void restore(Thread current, @Nullable ClassLoader loader) {
        if (current.getContextClassLoader() != loader) current.setContextClassLoader(loader);
    }
}

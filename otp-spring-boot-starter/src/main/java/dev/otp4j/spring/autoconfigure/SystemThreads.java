/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ProcessRuntime;

/**
 * Starts threads that do not belong to the system but have its context class loader. Most are
 * platform threads, because these run even while handlers occupy all carrier threads.
 */
final class SystemThreads {
    private SystemThreads() {}

    /** Runs a task on a new daemon thread. */
    static void start(OtpSystem system, String name, Runnable task) {
        start(system.runtime(), name, task);
    }

    /** Runs a task on a new daemon thread. */
    static void start(ProcessRuntime runtime, String name, Runnable task) {
        start(runtime, name, true, task);
    }

    /** Runs a task on a new thread that keeps the JVM alive until the task has ended. */
    static void startKeepingAlive(OtpSystem system, String name, Runnable task) {
        start(system.runtime(), name, false, task);
    }

    private static void start(ProcessRuntime runtime, String name, boolean daemon, Runnable task) {
        Thread thread =
                Thread.ofPlatform()
                        .daemon(daemon)
                        .inheritInheritableThreadLocals(false)
                        .name(name)
                        .unstarted(task);
        thread.setContextClassLoader(runtime.classLoader());
        thread.start();
    }

    /** Runs a task on a new virtual thread, for work that can wait for a carrier. */
    static void startVirtual(OtpSystem system, String name, Runnable task) {
        Thread thread =
                Thread.ofVirtual().inheritInheritableThreadLocals(false).name(name).unstarted(task);
        thread.setContextClassLoader(system.runtime().classLoader());
        thread.start();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.OtpSystem;

/**
 * Threads beside those of the system itself; they have its context class loader. They are platform
 * threads, which begin even while handlers occupy all carriers.
 */
final class SystemThreads {
    private SystemThreads() {}

    /** Runs a task on a daemon thread of its own. */
    static void start(OtpSystem system, String name, Runnable task) {
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .name(name)
                        .unstarted(task);
        thread.setContextClassLoader(system.runtime().classLoader());
        thread.start();
    }
}

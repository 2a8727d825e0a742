/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Notes the runtimes that are built anywhere in the JVM while it is open. For test kits that look
 * for what a test has left running.
 *
 * {@snippet :
 * try (RuntimeWatch watch = RuntimeWatch.open()) {
 *     test.run();
 *     watch.runtimes().forEach(runtime -> assertThat(runtime.unsupervised()).isEmpty());
 * }
 * }
 *
 * <p>A runtime that is built meanwhile keeps the list of its processes without a supervisor, as if
 * {@link ProcessRuntime.Builder#listingUnsupervised} had been set. Nothing else changes. While no
 * watch is open, no runtime is kept anywhere.
 *
 * <p>Thread-safe. Never blocks.
 *
 * @since 0.1.0
 */
public final class RuntimeWatch implements AutoCloseable {
    private static final CopyOnWriteArrayList<RuntimeWatch> OPEN = new CopyOnWriteArrayList<>();

    private final CopyOnWriteArrayList<ProcessRuntime> seen = new CopyOnWriteArrayList<>();

    private RuntimeWatch() {}

    /** {@return a watch that notes runtimes from now on} */
    public static RuntimeWatch open() {
        ProcessRuntime.defaultRuntime().listUnsupervised();
        var watch = new RuntimeWatch();
        OPEN.add(watch);
        return watch;
    }

    static boolean isAnyOpen() {
        return !OPEN.isEmpty();
    }

    static void built(ProcessRuntime runtime) {
        for (RuntimeWatch watch : OPEN) watch.seen.add(runtime);
    }

    /** {@return the runtimes built since the watch was opened, oldest first; closed ones too} */
    public List<ProcessRuntime> runtimes() {
        return List.copyOf(seen);
    }

    /** Notes no runtime from now on. {@link #runtimes} still returns those it has noted. */
    @Override
    public void close() {
        OPEN.remove(this);
    }
}

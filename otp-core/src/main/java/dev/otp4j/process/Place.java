/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.path.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Functions over the field {@code place} of a {@link ProcessCell}: where a process is in its tree,
 * and so the name of its threads. The field is a text, or a {@link Supplier} that makes the text,
 * or null if the process was given no place. Several threads may make the text at the same time: it
 * is always the same.
 */
final class Place {
    private static final String PREFIX = "otp:";

    /** What a supervisor gives to the processes that a start function is about to start. */
    record Given(Object place, boolean interruptOnKill, @Nullable ConcurrencyLimit concurrency) {}

    private Place() {}

    /** The place of the root of a tree: of a process that no process has started. */
    static Object root() {
        return PREFIX + Path.ROOT;
    }

    /**
     * The place of a child with that label.
     *
     * @param path the path of its parent, or null
     */
    static Object below(@Nullable String path, String label) {
        return PREFIX + Path.join(path == null ? Path.ROOT : path, label);
    }

    /** The path in the tree, or null. */
    static @Nullable String path(@Nullable Object place) {
        if (place instanceof Supplier<?> at) return (String) at.get();
        return place instanceof String name && Path.startsAt(name, PREFIX.length())
                ? name.substring(PREFIX.length())
                : null;
    }

    /**
     * The id of the process among the children of a static supervisor, or an empty text. Does not
     * make a path.
     */
    static String id(@Nullable Object place) {
        if (!(place instanceof String name) || !Path.startsAt(name, PREFIX.length())) return "";
        return Path.last(name);
    }

    /**
     * The name of the threads that run a process. A process without a place is named {@code
     * unplaced}.
     */
    static String threadName(@Nullable Object place, String unplaced) {
        if (place instanceof String known) return known;
        String path = path(place);
        return PREFIX + (path == null ? unplaced : path);
    }
}

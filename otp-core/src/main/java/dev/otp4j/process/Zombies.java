/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The zombies of a runtime: its dead processes with code that still runs.
 *
 * <p>The thread that ends a process adds an entry before it tells any process of the end, and so
 * before the handshake that precedes the interrupt, and removes the entry if the owner's thread had
 * left. The owner's thread removes the entry when it leaves. One of the two removals comes after
 * the entry was added, so no entry stays behind.
 */
final class Zombies {
    private record Entry(Thread thread, long since, List<Runnable> then) {
        Entry and(Runnable next) {
            var more = new ArrayList<>(then);
            more.add(next);
            return new Entry(thread, since, List.copyOf(more));
        }
    }

    /**
     * The end of a zombie.
     *
     * @param age for how many nanoseconds it was one
     * @param then what is to be done now
     */
    record Returned(long age, List<Runnable> then) {}

    private final Map<Pid, Entry> entries = new ConcurrentHashMap<>();

    /** Adds a process. Does nothing if it was added before. */
    void enter(Pid cell, Thread thread, long now) {
        entries.putIfAbsent(cell, new Entry(thread, now, List.of()));
    }

    /** Removes a process. Null if it was no zombie. */
    @Nullable Returned leave(Pid cell, long now) {
        Entry entry = entries.remove(cell);
        return entry == null ? null : new Returned(now - entry.since(), entry.then());
    }

    /** Has something done once a process is removed. False if it is no zombie. */
    boolean whenLeft(Pid cell, Runnable then) {
        return entries.computeIfPresent(cell, (pid, entry) -> entry.and(then)) != null;
    }

    int count() {
        return entries.size();
    }

    /** All zombies, beginning with the one that has been dead longest. */
    List<Zombie> list(long now) {
        return entries.entrySet().stream()
                .map(entry -> zombie(entry.getKey(), entry.getValue(), now))
                .sorted(Comparator.comparing(Zombie::age).reversed())
                .toList();
    }

    private static Zombie zombie(Pid cell, Entry entry, long now) {
        return new Zombie(
                cell,
                Duration.ofNanos(Math.max(0, now - entry.since())),
                entry.thread().getName(),
                List.of(entry.thread().getStackTrace()));
    }
}

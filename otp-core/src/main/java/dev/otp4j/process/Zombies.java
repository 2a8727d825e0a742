/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The zombies of a runtime: its dead processes with code that still runs.
 *
 * <p>The thread that ends a process adds an entry before the handshake that precedes the interrupt,
 * and removes the entry if the owner's thread had left. The owner's thread removes the entry when
 * it leaves. One of the two removals comes after the entry was added, so no entry stays behind.
 */
final class Zombies {
    private record Entry(Thread thread, long since) {}

    private final Map<Pid, Entry> entries = new ConcurrentHashMap<>();

    void enter(Pid cell, Thread thread, long now) {
        entries.put(cell, new Entry(thread, now));
    }

    /**
     * Removes a process. Returns for how many nanoseconds it was a zombie, or -1 if it was none.
     */
    long leave(Pid cell, long now) {
        Entry entry = entries.remove(cell);
        return entry == null ? -1 : now - entry.since();
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The dead processes of a runtime whose code still runs. The thread that ends a process enters it
 * before the handshake that precedes the interrupt, and takes it out if the thread had left; the
 * thread takes it out when it leaves. One of the two comes after the entry, so none stays behind.
 */
final class Zombies {
    private record Entry(Thread thread, long since) {}

    private final Map<Pid, Entry> entries = new ConcurrentHashMap<>();

    void enter(Pid cell, Thread thread, long now) {
        entries.put(cell, new Entry(thread, now));
    }

    /** For how many nanoseconds the process was a zombie, or -1 if it was none. */
    long leave(Pid cell, long now) {
        Entry entry = entries.remove(cell);
        return entry == null ? -1 : now - entry.since();
    }

    int count() {
        return entries.size();
    }

    /** The longest dead first. */
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

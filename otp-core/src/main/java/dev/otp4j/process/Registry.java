/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.user.UserCode;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Processes by any key: a process may have any number of keys, a key belongs to one live process.
 *
 * {@snippet :
 * Registry<String, Subject<Message>> rooms = Registry.create();
 * rooms.register("lobby", self); // in the process
 * rooms.find("lobby").ifPresent(room -> room.send(new Join(guest)));
 * }
 *
 * <p>The keys of a process that ends are free from that instant, before anybody is told. There is
 * no global registry; whoever has the object may use it, from any thread. For one well-known
 * process that is restarted a {@link Name} is better: its subject outlives the process.
 *
 * <p>Counterpart: Elixir's {@code Registry} with unique keys.
 *
 * @param <K> keys; with {@code equals} and {@code hashCode}
 * @param <V> what is registered with a key, for instance a subject
 * @since 0.1.0
 */
public final class Registry<K, V> {
    /*
     * entries   claimed and released by the map's atomic steps; an entry whose owner is dead counts as none and is
     *           displaced by the next claim
     * Entry     immutable but for its place in the owner's list of watchers. It is listed after it was claimed; if the
     *           owner died in between it was not listed and the claimer removes it. Watching takes the owner's lock and
     *           never happens inside a step of the map; only the owner's life is read there.
     */
    private final ConcurrentHashMap<K, Entry> entries = new ConcurrentHashMap<>();

    private Registry() {}

    /** {@return a new, empty registry} */
    public static <K, V> Registry<K, V> create() {
        return new Registry<>();
    }

    private final class Entry extends Watcher {
        final K key;
        final V value;
        final ProcessCell owner;

        Entry(K key, V value, ProcessCell owner) {
            this.key = key;
            this.value = value;
            this.owner = owner;
        }

        @Override
        void targetEnded(ProcessCell target, ExitReason reason) {
            // the key's own code is asked; an entry that stays counts as none and is displaced
            UserCode.runQuietly(() -> entries.remove(key, this));
        }
    }

    /**
     * Registers the current process under a key, until it ends or {@link #unregister}s it.
     *
     * @return whether it has the key now, had it before, or which other live process has it
     * @throws IllegalStateException if the current thread is no process
     * @throws ProcessExit if the process has ended
     */
    public RegisterResult register(K key, V value) {
        Arguments.notNull("key", key);
        Arguments.notNull("value", value);
        ProcessCell self = Current.processOrThrow("register");
        self.checkAlive();
        var mine = new Entry(key, value, self);
        Entry holder =
                entries.compute(key, (k, old) -> old != null && old.owner.alive() ? old : mine);
        if (holder.owner != self) return new RegisterResult.AlreadyRegistered(holder.owner);
        if (holder != mine) return new RegisterResult.AlreadyYours();
        if (!self.watch(mine)) entries.remove(key, mine);
        self.checkAlive();
        return new RegisterResult.Registered();
    }

    /**
     * Gives up a key of the current process. Does nothing if it is not registered, or belongs to
     * somebody else.
     *
     * @return whether the key was the process's own
     * @throws IllegalStateException if the current thread is no process
     * @throws ProcessExit if the process has ended
     */
    public boolean unregister(K key) {
        Arguments.notNull("key", key);
        ProcessCell self = Current.processOrThrow("unregister");
        self.checkAlive();
        Entry held = entries.get(key);
        if (held == null || held.owner != self || !entries.remove(key, held)) return false;
        self.unwatch(held);
        return true;
    }

    /** {@return what a live process registered under that key} */
    public Optional<V> find(K key) {
        Entry held = live(key);
        return held == null ? Optional.empty() : Optional.of(held.value);
    }

    /** {@return the live process that has the key} */
    public Optional<Pid> owner(K key) {
        Entry held = live(key);
        return held == null ? Optional.empty() : Optional.of(held.owner);
    }

    private @Nullable Entry live(K key) {
        Entry held = entries.get(Arguments.notNull("key", key));
        return held != null && held.owner.alive() ? held : null;
    }

    /** {@return the keys of a process; looks at all keys} */
    public Set<K> keysOf(Pid pid) {
        return entries.values().stream()
                .filter(entry -> entry.owner == pid && entry.owner.alive())
                .map(entry -> entry.key)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** {@return how many keys are registered} */
    public int size() {
        return (int) entries.values().stream().filter(entry -> entry.owner.alive()).count();
    }

    @Override
    public String toString() {
        return "Registry[" + size() + " keys]";
    }
}

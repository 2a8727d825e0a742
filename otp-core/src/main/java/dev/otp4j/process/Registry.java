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
 * <p>The keys of a process become free at the instant at which it ends, before links and monitors
 * are told. There is no global registry: any code that has the object may use it, from any thread.
 * For one well-known process that is restarted a {@link Name} is better: its subject outlives the
 * process.
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
     * Entry     immutable but for its place in the owner's list of watchers, and for slot, which the claiming step of
     *           the map writes before it publishes the entry. It is listed after it was claimed; if the owner died in
     *           between it was not listed and the claimer removes it. Watching takes the owner's lock and never
     *           happens inside a step of the map; only the owner's life is read there.
     * Slot      immutable; the key in the map. The user's equals and hashCode run in the user's own calls only, never
     *           in the removal that follows from a death: that one looks for the slot itself.
     */
    private final ConcurrentHashMap<Object, Entry> entries = new ConcurrentHashMap<>();

    private Registry() {}

    /** {@return a new, empty registry} */
    public static <K, V> Registry<K, V> create() {
        return new Registry<>();
    }

    private final class Entry extends Watcher {
        final K key;
        final V value;
        final ProcessCell owner;
        Slot slot;

        Entry(Slot slot, K key, V value, ProcessCell owner) {
            this.slot = slot;
            this.key = key;
            this.value = value;
            this.owner = owner;
        }

        @Override
        void targetEnded(ProcessCell target, ExitReason reason) {
            remove();
        }

        /** Takes this entry out of the map. Runs no code of the key. */
        boolean remove() {
            return entries.remove(new Exactly(slot), this);
        }
    }

    /** A key with its hash code: what the map compares. */
    private static final class Slot {
        final Object key;
        final int hash;

        Slot(Object key) {
            this.key = Arguments.notNull("key", key);
            this.hash = key.hashCode();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Slot that && hash == that.hash && key.equals(that.key);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** Finds one slot by its identity. The map asks the object it is given, not the one it has. */
    @SuppressWarnings("EqualsUsingHashCode")
    private static final class Exactly {
        private final Slot slot;

        Exactly(Slot slot) {
            this.slot = slot;
        }

        @Override
        public boolean equals(Object other) {
            return other == slot;
        }

        @Override
        public int hashCode() {
            return slot.hash;
        }
    }

    /**
     * Registers the current process under a key, until it ends or {@link #unregister}s it.
     *
     * @throws RegistrationException if another live process has the key, or this process has it
     *     already; then the old value stays
     * @throws IllegalStateException if the current thread runs no process
     * @throws ProcessExit if the process has ended
     */
    public void register(K key, V value) {
        switch (tryRegister(key, value)) {
            case RegisterResult.Registered done -> {}
            case RegisterResult.AlreadyYours yours ->
                    throw new RegistrationException(
                            "%s has registered key '%s' already"
                                    .formatted(Current.process(), UserCode.text(key)),
                            null);
            case RegisterResult.AlreadyRegistered(Pid holder) ->
                    throw new RegistrationException(
                            "cannot register key '%s' for %s: %s has it"
                                    .formatted(UserCode.text(key), Current.process(), holder),
                            holder);
        }
    }

    /**
     * {@link #register} with the outcome as a value.
     *
     * @return whether it has the key now, had it before, or which other live process has it
     * @throws IllegalStateException if the current thread runs no process
     * @throws ProcessExit if the process has ended
     */
    public RegisterResult tryRegister(K key, V value) {
        Arguments.notNull("key", key);
        Arguments.notNull("value", value);
        ProcessCell self = Current.processOrThrow("register");
        self.checkAlive();
        var mine = new Entry(new Slot(key), key, value, self);
        Entry holder = entries.compute(mine.slot, (slot, old) -> claim(old, mine));
        if (holder.owner != self) return new RegisterResult.AlreadyRegistered(holder.owner);
        if (holder != mine) return new RegisterResult.AlreadyYours();
        if (!self.watch(mine)) mine.remove();
        self.checkAlive();
        return new RegisterResult.Registered();
    }

    private Entry claim(@Nullable Entry old, Entry mine) {
        if (old == null) return mine;
        if (old.owner.alive()) return old;
        mine.slot = old.slot; // the map keeps the key that it has
        return mine;
    }

    /**
     * Gives up a key of the current process. Does nothing if it is not registered, or belongs to
     * another process.
     *
     * @return whether the key was the process's own
     * @throws IllegalStateException if the current thread runs no process
     * @throws ProcessExit if the process has ended
     */
    public boolean unregister(K key) {
        Arguments.notNull("key", key);
        ProcessCell self = Current.processOrThrow("unregister");
        self.checkAlive();
        Entry held = entries.get(new Slot(key));
        if (held == null || held.owner != self || !held.remove()) return false;
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
        Entry held = entries.get(new Slot(key));
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

    /** How many entries there are in memory, those of dead processes too. */
    int kept() {
        return entries.size();
    }

    @Override
    public String toString() {
        return "Registry[" + size() + " keys]";
    }
}

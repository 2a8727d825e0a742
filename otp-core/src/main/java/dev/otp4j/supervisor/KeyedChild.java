/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.internal.path.Path;
import dev.otp4j.internal.table.KeyTable;
import dev.otp4j.process.Demand;
import dev.otp4j.process.Launched;
import dev.otp4j.process.Name;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Timer;
import dev.otp4j.process.Vacancy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The record of a key. There is one as long as anything refers to it: the factory that has a child
 * for the key, a subject of the key, a message that its name holds.
 *
 * <pre>
 * phase     ABSENT    no process; the next message starts one         -> QUEUED
 *           QUEUED    waits for its turn to start                     -> STARTING, ABSENT
 *           STARTING  its initialiser runs                            -> RUNNING, ABSENT, WAITING, QUEUED, DOWN
 *           RUNNING   it handles messages                             -> RESTING, STOPPING, and as an end says
 *           RESTING   it was idle: it runs its last act               -> ABSENT
 *           STOPPING  it was asked to stop                            -> ABSENT
 *           WAITING   it failed and is started again later            -> QUEUED, ABSENT
 *           DOWN      it failed too often and is not started again    -> QUEUED, ABSENT
 *
 * field     written by                                                read by
 * phase, rests, heals, asked, and those of Child                     the factory's process; tools
 *                     the factory's process; a factory that is
 *                     restarted waits until no code of its
 *                     predecessor runs
 * wanted    senders: false -> true (CAS); the factory's process       both (volatile)
 * </pre>
 */
final class KeyedChild<K, M> extends Child
        implements Supplier<String>, Demand, KeyTable.Element<K> {
    private static final Phase[] PHASES = Phase.values();
    private static final VarHandle WANTED;

    static {
        try {
            WANTED =
                    MethodHandles.lookup().findVarHandle(KeyedChild.class, "wanted", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    enum Phase {
        ABSENT,
        QUEUED,
        STARTING,
        RUNNING,
        RESTING,
        STOPPING,
        WAITING,
        DOWN
    }

    /** What the keys of a factory share, also from one life of the factory to the next. */
    static final class Family<K, M> {
        final ProcessRuntime runtime;
        final KeyedSettings settings;
        final Name<KeyedRequest<K, M>> requests;
        final KeyTable<K, KeyedChild<K, M>> table = new KeyTable<>();

        /** Where the factory is, once it has been started; before that, its name. */
        volatile String path;

        /** The process that was the factory last. Written by the factory's process. */
        volatile @Nullable Pid last;

        /**
         * How many processes have ended because they were idle. Written by the factory's process.
         */
        volatile long passivated;

        /** Why the factory will not run any more, or null. Written by senders and the factory. */
        volatile @Nullable String gone;

        /** What a name does while its key has no process. */
        final Vacancy vacancy;

        Family(ProcessRuntime runtime, KeyedSettings settings, String path, Vacancy whileDown) {
            this.runtime = runtime;
            this.settings = settings;
            this.requests = Name.create(runtime, path, whileDown, this::givenUp);
            this.path = path;
            Vacancy set = settings.whileVacant();
            Vacancy own = set == null ? Vacancy.holding(KeyedFactory.DEFAULT_HELD) : set;
            this.vacancy =
                    own instanceof Vacancy.Varying ? own : Vacancy.varying(() -> orGone(own));
        }

        /** The factory will not run any more: nothing starts the keys that messages wait for. */
        private void givenUp(String why) {
            if (!isGone(why)) return;
            table.stream()
                    .filter(child -> child.name.heldCount() > 0)
                    .forEach(child -> child.drop(why));
        }

        /** False if the factory runs again. */
        private boolean isGone(String why) {
            gone = why;
            // a factory that starts takes its name first, then says that it is there
            if (requests.pid().isPresent()) gone = null;
            return gone != null;
        }

        private Vacancy orGone(Vacancy own) {
            String why = gone;
            return why == null ? own : Vacancy.failing(why);
        }

        KeyedChild<K, M> child(K key) {
            return table.obtain(key, absent -> new KeyedChild<>(this, absent));
        }
    }

    /** A start or stop that is under way, and what waits for that. */
    static final class Asked<M> {
        final List<Subject<StartResult<Subject<M>>>> starts = new ArrayList<>(1);
        final List<Subject<Boolean>> stops = new ArrayList<>(0);
        @Nullable Launched launched;

        /** Says when a process that is asked to stop has had its time. */
        @Nullable Timer alarm;

        long begun;
    }

    private final Family<K, M> family;
    private final K key;
    private final int hash;
    private final Name<M> name;

    @Nullable Asked<M> asked;
    private byte phase;
    byte rests;

    /** Whether the factory will be told when the failures of the key count no more. */
    boolean heals;

    private volatile boolean wanted;

    KeyedChild(Family<K, M> family, K key) {
        this.family = family;
        this.key = key;
        this.hash = KeyTable.hash(key);
        this.name = Name.onDemand(family.runtime, this, family.vacancy);
    }

    @Override
    public K key() {
        return key;
    }

    @Override
    public int hash() {
        return hash;
    }

    Name<M> name() {
        return name;
    }

    Family<K, M> family() {
        return family;
    }

    Phase phase() {
        return PHASES[phase];
    }

    void phase(Phase next) {
        phase = (byte) next.ordinal();
    }

    Asked<M> asked() {
        if (asked == null) asked = new Asked<>();
        return asked;
    }

    // ---- its demand

    /** The name holds a message: the factory is told, unless it has been told already. */
    @Override
    public void run() {
        if (!WANTED.compareAndSet(this, false, true)) return;
        family.table.keep(this); // before the factory sees it: it may let it go
        try {
            family.requests.subject().send(new KeyedRequest.Wanted<>(this));
        } catch (NotRegisteredException down) {
            String why = String.valueOf(down.getMessage());
            var unused = family.isGone(why);
            drop(why);
        }
    }

    private void drop(String why) {
        wanted = false; // before the drop: a message that it misses asks again
        name.dropHeld(why);
    }

    /** From now on the next message tells the factory again. */
    void heard() {
        wanted = false;
    }

    /** Whether a process has to be started for messages that are there. */
    boolean isWanted() {
        return name.heldCount() > 0 || asked != null && !asked.starts.isEmpty();
    }

    // ---- what tools see

    @Override
    public String id() {
        return KeyText.of(key);
    }

    @Override
    ChildTerms terms() {
        return family.settings.terms();
    }

    @Override
    public long number() {
        Pid last = lastPid();
        return last == null ? 0 : last.serial();
    }

    @Override
    public @Nullable Pid pid() {
        return switch (phase()) {
            case STARTING, RUNNING, RESTING, STOPPING -> lastPid();
            default -> null;
        };
    }

    @Override
    public int held() {
        return name.heldCount();
    }

    /** Its place in the tree. */
    @Override
    public String get() {
        return Path.join(family.path, id());
    }

    /** The text of its name. */
    @Override
    public String toString() {
        return get();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what a process wants to receive next: messages of several subjects, monitors and trapped
 * exits at once, all brought to one type.
 *
 * {@snippet :
 * Selector<Event> selector = Selector.<Event>create()
 *         .select(events)
 *         .selectMap(ticks, tick -> new Event.Tick())
 *         .selectMonitors(down -> new Event.Gone(down.pid()));
 * Optional<Event> next = selector.receive(Duration.ofSeconds(1));
 * }
 *
 * <p>Immutable: each method returns a new selector. A selector takes the oldest message in the
 * mailbox that any of its handlers accepts, in mailbox order. It removes the message, then runs the
 * handler, in the receiving process: a handler may receive further messages, and if it throws the
 * message is gone. A handler must not return null.
 *
 * <p>Counterpart: {@code gleam/erlang/process.Selector}.
 *
 * @param <P> what a receive returns
 * @since 0.1.0
 */
public final class Selector<P> {
    private final Map<Subject<?>, Function<Object, P>> subjects;
    private final Map<Monitor, Function<Down, P>> monitors;
    private final @Nullable Function<Down, P> anyMonitor;
    private final @Nullable Function<ExitMessage, P> exits;
    private final @Nullable Function<Object, P> other;
    private final Filter filter = new Filter();

    private Selector(
            Map<Subject<?>, Function<Object, P>> subjects,
            Map<Monitor, Function<Down, P>> monitors,
            @Nullable Function<Down, P> anyMonitor,
            @Nullable Function<ExitMessage, P> exits,
            @Nullable Function<Object, P> other) {
        this.subjects = subjects;
        this.monitors = monitors;
        this.anyMonitor = anyMonitor;
        this.exits = exits;
        this.other = other;
    }

    /** {@return a selector that takes nothing} */
    public static <P> Selector<P> create() {
        return new Selector<>(Map.of(), Map.of(), null, null, null);
    }

    /**
     * Takes the messages of a subject as they are. A later handler for the same subject replaces
     * this one.
     */
    public Selector<P> select(Subject<? extends P> subject) {
        return selectMap(subject, message -> message);
    }

    /** Takes the messages of a subject through a function. */
    public <M> Selector<P> selectMap(
            Subject<M> subject, Function<? super M, ? extends P> transform) {
        @SuppressWarnings("unchecked") // only messages of type M are sent to a Subject<M>
        Function<Object, P> handler = message -> transform.apply((M) message);
        return new Selector<>(with(subjects, subject, handler), monitors, anyMonitor, exits, other);
    }

    /** Leaves the messages of a subject in the mailbox again. */
    public Selector<P> deselect(Subject<?> subject) {
        return new Selector<>(without(subjects, subject), monitors, anyMonitor, exits, other);
    }

    /** Takes the {@link Down} of every monitor that has no handler of its own. */
    public Selector<P> selectMonitors(Function<? super Down, ? extends P> transform) {
        return new Selector<>(subjects, monitors, transform::apply, exits, other);
    }

    /** Takes the {@link Down} of one monitor. */
    public Selector<P> selectMonitor(
            Monitor monitor, Function<? super Down, ? extends P> transform) {
        return new Selector<>(
                subjects, with(monitors, monitor, transform::apply), anyMonitor, exits, other);
    }

    /** Leaves the {@link Down} of one monitor in the mailbox again. */
    public Selector<P> deselectMonitor(Monitor monitor) {
        return new Selector<>(subjects, without(monitors, monitor), anyMonitor, exits, other);
    }

    /** Takes trapped exits; there are none before {@link Processes#trapExits}. */
    public Selector<P> selectTrappedExits(Function<? super ExitMessage, ? extends P> transform) {
        return new Selector<>(subjects, monitors, anyMonitor, transform::apply, other);
    }

    /** Takes every message that no other handler takes: of other subjects, downs, exits. */
    public Selector<P> selectOther(Function<Object, ? extends P> transform) {
        return new Selector<>(subjects, monitors, anyMonitor, exits, transform::apply);
    }

    /**
     * {@return a selector that takes the same messages and passes their results through a function}
     */
    public <Q> Selector<Q> map(Function<? super P, ? extends Q> transform) {
        return new Selector<>(
                mapAll(subjects, transform),
                mapAll(monitors, transform),
                then(anyMonitor, transform),
                then(exits, transform),
                then(other, transform));
    }

    /**
     * {@return a selector that takes what either of both takes; where both have a handler, that of
     * {@code later} counts}
     */
    public Selector<P> merge(Selector<P> later) {
        var allSubjects = new HashMap<>(subjects);
        allSubjects.putAll(later.subjects);
        var allMonitors = new HashMap<>(monitors);
        allMonitors.putAll(later.monitors);
        return new Selector<>(
                allSubjects,
                allMonitors,
                later.anyMonitor != null ? later.anyMonitor : anyMonitor,
                later.exits != null ? later.exits : exits,
                later.other != null ? later.other : other);
    }

    /**
     * Takes the oldest message that this selector accepts; all other messages stay queued in their
     * order. Blocks the current process for at most {@code timeout}. A timeout of zero takes only a
     * message that is queued already.
     *
     * @return what the handler made of the message, or empty if none was accepted in time
     * @throws IllegalStateException if the current thread runs no process
     * @throws IllegalArgumentException if {@code timeout} is negative
     * @throws ReceiveInterruptedException if the thread is interrupted while it waits
     * @throws ProcessExit if the process has ended
     */
    public Optional<P> receive(Duration timeout) {
        long nanos = Arguments.nanos("timeout", timeout);
        return Optional.ofNullable(
                Current.processOrThrow("receive").inbox().receive(filter, nanos));
    }

    /** Takes a message as {@link #receive} does, without a time limit. */
    public P receiveForever() {
        P taken = Current.processOrThrow("receive").inbox().receive(filter, Long.MAX_VALUE);
        return Objects.requireNonNull(taken);
    }

    MessageFilter<P> filter() {
        return filter;
    }

    /** This selector, as the process's inbox sees it. */
    private final class Filter implements MessageFilter<P> {
        Selector<P> of() {
            return Selector.this;
        }

        @Override
        public boolean refusesToo(
                @Nullable MessageFilter<?> before, long subjectsMade, long putAside) {
            if (before == this) return true;
            if (before != null && !(before instanceof Selector<?>.Filter)) return false;
            Selector<?> that = before instanceof Selector<?>.Filter known ? known.of() : create();
            if (that.other != null) return true;
            if (other != null || exits != null && that.exits == null) return false;
            if (anyMonitor != null && that.anyMonitor == null) return false;
            for (Monitor monitor : monitors.keySet()) {
                boolean known = that.anyMonitor != null || that.monitors.containsKey(monitor);
                if (!known && monitor.born != putAside) return false;
            }
            for (Subject<?> subject : subjects.keySet()) {
                boolean young = subject instanceof LocalSubject<?> own && own.tag() > subjectsMade;
                if (!young && !that.subjects.containsKey(subject)) return false;
            }
            return true;
        }

        @Override
        public @Nullable Function<Object, P> handler(Node node, @Nullable Object self) {
            return switch (node) {
                case Signal.SystemRequest request -> null;
                case Signal.Permit permit -> null;
                case Signal.Reminded reminded -> null;
                case Signal.FirstStep first -> null;
                case Signal.Exit exit when exits != null -> ofItem(exits);
                case Signal.MonitorDown down when monitor(down) != null -> ofItem(monitor(down));
                case Signal signal -> other;
                case Envelope envelope -> ofSubject(envelope.to == null ? self : envelope.to);
                default -> ofSubject(self);
            };
        }
    }

    private @Nullable Function<Object, P> ofSubject(@Nullable Object subject) {
        Function<Object, P> handler = subject == null ? null : subjects.get(subject);
        return handler == null ? other : handler;
    }

    private @Nullable Function<Down, P> monitor(Signal.MonitorDown down) {
        return monitors.getOrDefault(down.message().monitor(), anyMonitor);
    }

    /** The handler of what a signal carries, as a handler of a node's item. */
    @SuppressWarnings("unchecked") // a signal's item is its message
    private static <P> @Nullable Function<Object, P> ofItem(@Nullable Function<?, P> handler) {
        return (Function<Object, P>) handler;
    }

    private static <K, H> Map<K, H> with(Map<K, H> map, K key, H handler) {
        var copy = new HashMap<>(map);
        copy.put(key, handler);
        return copy;
    }

    private static <K, H> Map<K, H> without(Map<K, H> map, K key) {
        if (!map.containsKey(key)) return map;
        var copy = new HashMap<>(map);
        copy.remove(key);
        return copy;
    }

    private static <K, A, P, Q> Map<K, Function<A, Q>> mapAll(
            Map<K, Function<A, P>> map, Function<? super P, ? extends Q> transform) {
        var mapped = new HashMap<K, Function<A, Q>>();
        map.forEach((key, handler) -> mapped.put(key, a -> transform.apply(handler.apply(a))));
        return mapped;
    }

    private static <A, P, Q> @Nullable Function<A, Q> then(
            @Nullable Function<A, P> handler, Function<? super P, ? extends Q> transform) {
        return handler == null ? null : a -> transform.apply(handler.apply(a));
    }
}

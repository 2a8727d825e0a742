/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An actor that handles each committed event of a type at least once. Declared as a bean.
 *
 * {@snippet :
 * @Bean
 * DurableTarget<OrderPlaced> invoicingTarget(Subject<Invoicing.Message> invoicing) {
 *     return DurableTarget.of("invoicing", OrderPlaced.class, OrderPlaced::id)
 *             .calling(invoicing, Invoicing.Bill::new);
 * }
 * }
 *
 * <p>An event that {@code ApplicationEventPublisher} publishes in a transaction is stored in that
 * transaction, in the event publication registry of Spring Modulith. After the commit the actor is
 * called. When it replies, with whatever value, the publication is completed. If it crashes,
 * replies with a failure, or does not reply in time, or if the application ends, the publication
 * stays incomplete and the actor is called again, on any instance of the application. So the actor
 * may get an event more than once, and recognises a repetition by the event's id.
 *
 * <p>Immutable: each method with an argument returns a new value.
 *
 * @param <E> type of the events
 * @since 0.1.0
 */
public final class DurableTarget<E> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,99}");

    private final Events<E> events;
    private final BiFunction<E, Duration, CompletableFuture<?>> call;
    private final @Nullable Duration timeout;
    private final int concurrency;

    private DurableTarget(
            Events<E> events,
            BiFunction<E, Duration, CompletableFuture<?>> call,
            @Nullable Duration timeout,
            int concurrency) {
        this.events = events;
        this.call = call;
        this.timeout = timeout;
        this.concurrency = concurrency;
    }

    /**
     * Begins the declaration of a target.
     *
     * @param name identifies the target in the stored publications: the same on each instance, and
     *     never changed as long as there are incomplete publications; at most 100 letters, digits
     *     and {@code -}, beginning with a letter
     * @param type the events; those of subtypes are delivered as well
     * @param id gives the id of an event, by which its handler recognises a repetition. Different
     *     events must have different ids, and the id must be part of the stored event. An event
     *     without one, null, is refused when it is published
     * @throws IllegalArgumentException if {@code name} has another form
     */
    public static <E> Events<E> of(
            String name, Class<E> type, Function<? super E, ? extends @Nullable Object> id) {
        if (!NAME.matcher(Objects.requireNonNull(name, "'name' must not be null")).matches()) {
            throw new IllegalArgumentException(
                    "'name' must have at most 100 letters, digits and '-', and begin with a letter: \"%s\""
                            .formatted(name));
        }
        return new Events<>(
                name,
                Objects.requireNonNull(type, "'type' must not be null"),
                Objects.requireNonNull(id, "'id' must not be null"));
    }

    /**
     * Events of a target that has no actor yet.
     *
     * @param <E> type of the events
     * @since 0.1.0
     */
    public static final class Events<E> {
        private final String name;
        private final Class<E> type;
        private final Function<? super E, ? extends @Nullable Object> id;

        private Events(
                String name, Class<E> type, Function<? super E, ? extends @Nullable Object> id) {
            this.name = name;
            this.type = type;
            this.id = id;
        }

        /**
         * The actor that handles the events.
         *
         * @param actor its subject
         * @param message makes the message of an event and of the subject that takes the reply; the
         *     actor replies when it has handled the event
         */
        public <M, R> DurableTarget<E> calling(
                Subject<M> actor, BiFunction<? super E, ? super ReplyTo<R>, ? extends M> message) {
            Objects.requireNonNull(actor, "'actor' must not be null");
            return calling(event -> actor, message);
        }

        /**
         * {@link #calling(Subject, BiFunction)} with an actor for each event, such as that of a
         * key.
         *
         * @param actor finds the actor of an event; must not block
         */
        public <M, R> DurableTarget<E> calling(
                Function<? super E, ? extends Subject<M>> actor,
                BiFunction<? super E, ? super ReplyTo<R>, ? extends M> message) {
            Objects.requireNonNull(actor, "'actor' must not be null");
            Objects.requireNonNull(message, "'message' must not be null");
            return new DurableTarget<>(
                    this,
                    (event, limit) ->
                            actor.apply(event)
                                    .<R>callAsync(limit, reply -> message.apply(event, reply)),
                    null,
                    1);
        }
    }

    /**
     * How long the actor may take for one event, counted from when it is called. Defaults to {@code
     * otp.durable-delivery.timeout}. Must be shorter than {@code otp.durable-delivery.staleness}.
     *
     * @throws IllegalArgumentException if {@code limit} is not positive
     */
    public DurableTarget<E> timeout(Duration limit) {
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("'timeout' must be positive: " + limit);
        }
        return new DurableTarget<>(events, call, limit, concurrency);
    }

    /**
     * How many events each instance of the application gives to the target at a time. Defaults to
     * 1: the next event is sent when the one before it has been handled or has failed. More is for
     * a target of several actors.
     *
     * @throws IllegalArgumentException if {@code most} is not positive
     */
    public DurableTarget<E> concurrency(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("'concurrency' must be positive: " + most);
        }
        return new DurableTarget<>(events, call, timeout, most);
    }

    /** {@return the name} */
    public String name() {
        return events.name;
    }

    /** {@return the type of the events} */
    public Class<E> type() {
        return events.type;
    }

    /** {@return the id of an event} Null if the event has none. */
    public @Nullable Object id(E event) {
        return events.id.apply(event);
    }

    /** {@return how long the actor may take, if this target sets its own time} */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** {@return how many events are given to it at a time} */
    public int concurrency() {
        return concurrency;
    }

    /**
     * Calls the actor. Does not wait for the reply, but for room in a mailbox with a limit that
     * blocks.
     *
     * @return ends with the reply, or fails as {@link Subject#callAsync(Duration,
     *     java.util.function.Function)} does
     */
    public CompletableFuture<?> call(E event, Duration limit) {
        return call.apply(event, limit);
    }

    @Override
    public String toString() {
        return "DurableTarget '%s' of %s".formatted(events.name, events.type.getName());
    }
}

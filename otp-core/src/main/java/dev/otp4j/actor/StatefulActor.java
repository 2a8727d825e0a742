/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An actor that keeps its state in fields.
 *
 * {@snippet :
 * class Stock implements StatefulActor<Stock.Message> {
 *     private final Map<String, Integer> items = new HashMap<>();
 *
 *     public Step handle(Message message) {
 *         switch (message) {
 *             case Put(String item, int amount) -> items.merge(item, amount, Integer::sum);
 *             case Close() -> {
 *                 return Step.stop();
 *             }
 *         }
 *         return Step.KEEP;
 *     }
 *
 *     public Object snapshot() {
 *         return Map.copyOf(items);
 *     }
 * }
 * Subject<Stock.Message> stock = StatefulActor.of(Stock::new).start().data();
 * }
 *
 * <p>Each start makes a new object, so a restart begins with fresh fields. Its methods run one
 * after another, and each sees what the one before it wrote. They need no locks as long as no other
 * code refers to the object.
 *
 * <p>Counterpart: gen_server.
 *
 * @param <M> the messages
 * @since 0.1.0
 */
public interface StatefulActor<M> {
    /**
     * The initialiser, in the new process, before {@code start} returns. What it throws makes the
     * start fail.
     *
     * @param self the actor's subject: that of its name if it has one
     */
    default void started(Subject<M> self) throws Exception {}

    /**
     * The first step, when {@code start} has returned and before the first message. For work that
     * the starter need not wait for. See {@link Actor#afterStart}.
     */
    default Step afterStart() throws Exception {
        return Step.KEEP;
    }

    /** Handles one message. What it throws ends the actor; the message is not handled again. */
    Step handle(M message) throws Exception;

    /**
     * Called when no message has come for the time of {@link ActorBuilder#idleTimeout(Duration)}.
     * See {@link Actor#onIdle}.
     */
    default Step onIdle() throws Exception {
        return Step.KEEP;
    }

    /**
     * Handles several messages at once, the oldest first; used if the actor is built with {@link
     * ActorBuilder#batches}. By default {@link #handle} gets them one after another; when it stops
     * the actor, the rest of the batch is dropped. See {@link Actor#onMessages}.
     *
     * @param messages at least one; unmodifiable
     */
    default Step handleAll(List<M> messages) throws Exception {
        return Batches.oneByOne(this, messages);
    }

    /** The last act; see {@link Actor#onTerminate}. Overriding it makes the actor trap exits. */
    default void onTerminate(ExitReason reason) throws Exception {}

    /**
     * {@return what tools get when they ask for the state, or null} Return an immutable copy, never
     * the objects in the fields.
     */
    default @Nullable Object snapshot() {
        return null;
    }

    /** A step that an actor runs before its next message. */
    @FunctionalInterface
    interface Continuation {
        /** See {@link Step#then}. */
        Step run() throws Exception;
    }

    /** What an actor does after a message. */
    sealed interface Step {
        /** Go on. */
        Step KEEP = new Keep();

        /** Go on. */
        record Keep() implements Step {}

        /**
         * Run a step before the next message.
         *
         * @param step the step
         */
        record Then(Continuation step) implements Step {
            /** Refuses null. */
            public Then {
                Objects.requireNonNull(step, "'step' must not be null");
            }
        }

        /**
         * Stop.
         *
         * @param reason why
         */
        record Stop(ExitReason reason) implements Step {
            /** Refuses null. */
            public Stop {
                Objects.requireNonNull(reason, "'reason' must not be null");
            }
        }

        /**
         * {@return run a step at once, before anything else that is queued} See {@link
         * Next#continueThen}.
         *
         * {@snippet :
         * return Step.then(this::index);
         * }
         */
        static Step then(Continuation step) {
            return new Then(step);
        }

        /** {@return stop: {@code normal}} */
        static Step stop() {
            return new Stop(ExitReason.NORMAL);
        }

        /** {@return stop with that reason} */
        static Step stop(ExitReason reason) {
            return new Stop(reason);
        }
    }

    /**
     * Builds an actor; the supplier is asked for a new object at each start, in the new process.
     */
    static <M> ActorBuilder<StatefulActor<M>, M, Subject<M>> of(
            Supplier<? extends StatefulActor<M>> supplier) {
        Objects.requireNonNull(supplier, "'supplier' must not be null");
        return ActorBuilder.<StatefulActor<M>, M>of(() -> new FieldActor<>(supplier.get()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A process that handles one message at a time and carries a state from message to message.
 *
 * {@snippet :
 * class Counter implements Actor<Integer, Counter.Message> {
 *     sealed interface Message {}
 *     record Add(int amount) implements Message {}
 *     record Get(Subject<Integer> replyTo) implements Message {}
 *
 *     public Integer init(Subject<Message> self) {
 *         return 0;
 *     }
 *
 *     public Next<Integer, Message> onMessage(Integer total, Message message) {
 *         return switch (message) {
 *             case Add(int amount) -> Next.continueWith(total + amount);
 *             case Get(var replyTo) -> {
 *                 replyTo.send(total);
 *                 yield Next.continueWith(total);
 *             }
 *         };
 *     }
 * }
 * Subject<Counter.Message> counter = Actor.of(Counter::new).start().data();
 * }
 *
 * <p>Everything runs on virtual threads and may block; an idle actor has no thread. The thread may
 * change from message to message, so keep nothing in thread-locals; only the state lasts. Keep it
 * immutable; it is lost when the actor ends, and {@link #init} makes a fresh one when a supervisor
 * starts it again.
 *
 * <p>Counterpart: {@code gleam/otp/actor}, gen_server.
 *
 * @param <S> the state
 * @param <M> the messages
 * @since 0.1.0
 */
public interface Actor<S, M> {
    /**
     * Makes the first state, in the new process, before {@code start} returns. What it throws makes
     * the start fail. An actor that receives with a selector, or returns something other than its
     * subject to its starter, is an {@link InitializingActor}: it has a different initialiser.
     *
     * @param self the actor's subject: that of its name if it has one
     */
    S init(Subject<M> self) throws Exception;

    /**
     * The first step, when {@code start} has returned and before the first message. For work that
     * the starter need not wait for, such as loading a cache. What it throws ends the actor. By
     * default it goes on with the state.
     *
     * <p>Counterpart: {@code {ok, State, {continue, Arg}}} of gen_server.
     */
    default Next<S, M> afterStart(S state) throws Exception {
        return Next.continueWith(state);
    }

    /** Handles one message. What it throws ends the actor; the message is not handled again. */
    Next<S, M> onMessage(S state, M message) throws Exception;

    /**
     * Called when no message has come for the time of {@link ActorBuilder#idleTimeout(Duration)};
     * once, until the next message has been handled. An actor with that setting has to override
     * this method.
     *
     * <p>Counterpart: {@code handle_info(timeout, State)} of gen_server.
     */
    default Next<S, M> onIdle(S state) throws Exception {
        return Next.continueWith(state);
    }

    /**
     * Handles several messages at once, the oldest first; used if the actor is built with {@link
     * ActorBuilder#batches}. By default {@link #onMessage} gets them one after another; when it
     * stops the actor, the rest of the batch is dropped.
     *
     * <p>A batch has the messages that are queued already, so its first message never waits for
     * others. It ends before a signal, a system request and a message of another subject. A crash
     * or a kill loses the batch in hand.
     *
     * @param messages at least one; unmodifiable
     */
    default Next<S, M> onMessages(S state, List<M> messages) throws Exception {
        return Batches.oneByOne(this, state, messages);
    }

    /**
     * The last act: after {@link Next#stop}, an exception of the handler, or when the parent shuts
     * the actor down. Overriding it makes the actor trap exits. Not run after a kill, nor after a
     * failed initialiser. The actor is still alive; the shutdown time of its supervisor limits how
     * long this may take.
     */
    default void onTerminate(S state, ExitReason reason) throws Exception {}

    /** A handler, as a function. */
    @FunctionalInterface
    interface Handler<S, M> {
        /** See {@link Actor#onMessage}. */
        Next<S, M> onMessage(S state, M message) throws Exception;
    }

    /** A step that an actor runs before its next message. */
    @FunctionalInterface
    interface Continuation<S, M> {
        /** See {@link Next#continueThen}. */
        Next<S, M> onContinue(S state) throws Exception;
    }

    /** A handler of several messages at once, as a function. */
    @FunctionalInterface
    interface BatchHandler<S, M> {
        /** See {@link Actor#onMessages}. */
        Next<S, M> onMessages(S state, List<M> messages) throws Exception;
    }

    /** An initialiser, as a function. */
    @FunctionalInterface
    interface Initializer<S, M, D> {
        /** See {@link InitializingActor#initialize}. */
        Initialized<S, M, D> initialize(Init<M> init) throws Exception;
    }

    /** An initialiser as a function; the starter gets the actor's subject. */
    @FunctionalInterface
    interface SubjectInitializer<S, M> extends Initializer<S, M, Subject<M>> {}

    /** A terminate callback, as a function. */
    @FunctionalInterface
    interface Terminator<S> {
        /** See {@link Actor#onTerminate}. */
        void onTerminate(S state, ExitReason reason) throws Exception;
    }

    /**
     * Builds an actor from a class; its starter gets its subject. The supplier is asked for a new
     * object at each start, in the new process.
     *
     * <p>The initialiser has 1 s unless {@link ActorBuilder#initTimeout} or the runtime says
     * otherwise.
     */
    static <S, M> ActorBuilder<S, M, Subject<M>> of(Supplier<? extends Actor<S, M>> supplier) {
        return ActorBuilder.of(supplier);
    }

    /**
     * Builds an actor from functions; the supplier makes the state at each start. The state's type
     * is the supplier's: an empty map is {@code () -> Map.<String, Integer>of()}.
     */
    static <S> ActorBuilder.Stateful<S> startingWith(Supplier<? extends S> state) {
        return new ActorBuilder.Stateful<>(state);
    }

    /**
     * Builds an actor from functions, with an initialiser of its own and the time it may take; its
     * starter gets its subject. The compiler chooses this method unless the initialiser returns
     * something else. If the initialiser only throws, the compiler cannot infer the state: give
     * both types:
     *
     * {@snippet :
     * Actor.<Integer, Message>withInitializer(limit, init -> {
     *     throw init.fail("no database");
     * });
     * }
     *
     * @param timeout longest time that the initialiser may take
     */
    static <S, M> ActorBuilder.Initializing<S, M, Subject<M>> withInitializer(
            Duration timeout, SubjectInitializer<S, M> initializer) {
        return new ActorBuilder.Initializing<>(timeout, initializer);
    }

    /**
     * Builds an actor from functions, with an initialiser of its own and the time it may take; its
     * starter gets what the initialiser {@linkplain Initialized#returning returns}.
     *
     * @param timeout longest time that the initialiser may take
     */
    @SuppressWarnings("overloads") // a SubjectInitializer is an Initializer, so it is preferred
    static <S, M, D> ActorBuilder.Initializing<S, M, D> withInitializer(
            Duration timeout, Initializer<S, M, D> initializer) {
        return new ActorBuilder.Initializing<>(timeout, initializer);
    }
}

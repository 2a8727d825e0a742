/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.Behavior;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.DropReason;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Launched;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.Name;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Startup;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How an actor is started. Immutable: each method returns a new builder, and one builder starts any
 * number of actors.
 *
 * {@snippet :
 * Started<Subject<Message>> started =
 *         Actor.startingWith(() -> 0).onMessage(Counter::onMessage).named(name).start();
 * }
 *
 * @param <S> the state
 * @param <M> the messages
 * @param <D> what the starter gets
 * @since 0.1.0
 */
public final class ActorBuilder<S, M, D> {
    private final Supplier<? extends Actor<S, M>> actors;
    private final boolean chooses;
    private final ProcessOptions options;
    private final @Nullable Boolean trapping;
    private final int mostAtOnce;
    private final IdleTiming.@Nullable Setting<M> idle;

    /**
     * @param chooses whether the initialiser chooses the D; otherwise that is the actor's subject
     */
    private ActorBuilder(
            Supplier<? extends Actor<S, M>> actors,
            boolean chooses,
            ProcessOptions options,
            @Nullable Boolean trapping,
            int mostAtOnce,
            IdleTiming.@Nullable Setting<M> idle) {
        this.actors = actors;
        this.chooses = chooses;
        this.options = options;
        this.trapping = trapping;
        this.mostAtOnce = mostAtOnce;
        this.idle = idle;
    }

    static <S, M> ActorBuilder<S, M, Subject<M>> of(Supplier<? extends Actor<S, M>> actors) {
        Objects.requireNonNull(actors, "'supplier' must not be null");
        return new ActorBuilder<>(actors, false, limitedByRuntime(), null, 1, null);
    }

    static <S, M, D> ActorBuilder<S, M, D> initializing(
            Supplier<? extends InitializingActor<S, M, D>> actors) {
        Objects.requireNonNull(actors, "'supplier' must not be null");
        return new ActorBuilder<>(actors, true, limitedByRuntime(), null, 1, null);
    }

    private static ProcessOptions limitedByRuntime() {
        return ProcessOptions.defaults().initTimeout(null);
    }

    private ActorBuilder<S, M, D> with(ProcessOptions changed) {
        return new ActorBuilder<>(actors, chooses, changed, trapping, mostAtOnce, idle);
    }

    /**
     * Registers the actor under a name before its initialiser runs; its subject is then that of the
     * name.
     */
    public ActorBuilder<S, M, D> named(Name<M> name) {
        return with(options.named(Objects.requireNonNull(name, "'name' must not be null")));
    }

    /**
     * How long the initialiser may take; defaults to the {@linkplain
     * ProcessRuntime.Builder#initTimeout setting of the runtime}, which is 1 s by default.
     */
    public ActorBuilder<S, M, D> initTimeout(Duration limit) {
        return with(options.initTimeout(Objects.requireNonNull(limit, "'limit' must not be null")));
    }

    /**
     * The runtime for a start from a thread that runs no process. A start in a process uses the
     * runtime of that process.
     */
    public ActorBuilder<S, M, D> runtime(ProcessRuntime runtime) {
        return with(options.runtime(Objects.requireNonNull(runtime, "'runtime' must not be null")));
    }

    /**
     * Whether the actor's thread is interrupted when it is killed; see {@link ProcessOptions}.
     * Defaults to true.
     */
    public ActorBuilder<S, M, D> interruptOnKill(boolean interrupt) {
        return with(options.interruptOnKill(interrupt));
    }

    /**
     * Whether an idle process that this actor's handler sends to may run on the handler's thread
     * when that has ended, instead of on a new one. Defaults to true. The only cost: if the handler
     * goes on after the send, the receiver now and then starts a millisecond or two late.
     */
    public ActorBuilder<S, M, D> chaining(boolean chain) {
        return with(options.chaining(chain));
    }

    /**
     * Limits how many messages may be queued at the actor, and says what happens to a message that
     * finds the mailbox full. Null means no limit, which is the default.
     */
    public ActorBuilder<S, M, D> mailbox(@Nullable MailboxLimit limit) {
        return with(options.mailbox(limit));
    }

    /**
     * The limit of which the actor takes a permit for each message, together with all processes to
     * which the same object is given. Null, the default, means the limit of the subtree in which
     * the actor is started, if that has one; {@link ConcurrencyLimit#none} means no limit in any
     * case.
     */
    public ActorBuilder<S, M, D> concurrency(@Nullable ConcurrencyLimit limit) {
        return with(options.concurrency(limit));
    }

    /**
     * Leaves the messages that the actor has not handled at its end to the next actor of its name,
     * and says what becomes of the one in hand. Null, the default, drops them all. The actor must
     * have a name that holds messages; {@link #start} throws {@link IllegalStateException} if it
     * has none.
     */
    public ActorBuilder<S, M, D> retained(@Nullable MailboxRetention retention) {
        return with(options.retained(retention));
    }

    /**
     * Hands the actor up to {@code most} queued messages at once: {@link Actor#onMessages} is
     * called instead of {@code onMessage}, also for a single message. Defaults to 1. For work that
     * is cheaper for many messages than for each, such as one transaction for all of them.
     *
     * @throws IllegalArgumentException if {@code most} is not positive
     */
    public ActorBuilder<S, M, D> batches(int most) {
        if (most < 1) throw new IllegalArgumentException("'most' must be positive: " + most);
        return new ActorBuilder<>(actors, chooses, options, trapping, most, idle);
    }

    /**
     * Calls {@link Actor#onIdle} when no message has come for that time, counted from the end of
     * the last handler, or of the initialiser. It is called once; the next idle time begins with
     * the end of the next message. An actor is not idle while something is queued. System requests
     * and exit signals of the parent are no messages. By default there is no such limit.
     *
     * <p>A message costs a look at the clock, and no timer: the actor has one timer, which is set
     * again when it comes too early.
     *
     * <p>The start fails if the actor's class has no {@code onIdle}.
     *
     * <p>Counterpart: the time-out in the answers of gen_server.
     *
     * @throws IllegalArgumentException if {@code limit} is not positive
     */
    public ActorBuilder<S, M, D> idleTimeout(Duration limit) {
        return idle(new IdleTiming.Setting<>(limit, null));
    }

    /**
     * Hands the actor a message when no other has come for that time; otherwise as {@link
     * #idleTimeout(Duration)}. The message is not queued: it gets into a full mailbox, and is not
     * for a selector.
     *
     * {@snippet :
     * Actor.startingWith(Session::new).onMessage(Session::handle)
     *         .idleTimeout(Duration.ofMinutes(10), new LogOut());
     * }
     *
     * @throws IllegalArgumentException if {@code limit} is not positive
     */
    public ActorBuilder<S, M, D> idleTimeout(Duration limit, M message) {
        Objects.requireNonNull(message, "'message' must not be null");
        return idle(new IdleTiming.Setting<>(limit, message));
    }

    private ActorBuilder<S, M, D> idle(IdleTiming.Setting<M> setting) {
        return new ActorBuilder<>(actors, chooses, options, trapping, mostAtOnce, setting);
    }

    /**
     * Whether the actor drops a request whose call is over before its handler begins: the caller's
     * time limit has passed, the caller was interrupted, or its process has ended. Such a request
     * counts as {@link DropReason#EXPIRED}. Defaults to false: it is handled, as in OTP, and its
     * reply is dropped. See {@link ProcessOptions#dropExpiredCalls}.
     */
    public ActorBuilder<S, M, D> dropExpiredCalls(boolean drop) {
        return with(options.dropExpiredCalls(drop));
    }

    /** {@link #dropExpiredCalls(boolean) dropExpiredCalls(true)}. */
    public ActorBuilder<S, M, D> dropExpiredCalls() {
        return dropExpiredCalls(true);
    }

    /**
     * Whether a call of the actor fails early with {@link CallException.CallCycle} if it stands in
     * a circle of calls. Defaults to false: it times out, as in OTP. This is a heuristic, and all
     * actors of a circle must have the setting; see {@link CallException.CallCycle}.
     */
    public ActorBuilder<S, M, D> failCircularCalls(boolean fail) {
        return with(options.failCircularCalls(fail));
    }

    /** {@link #failCircularCalls(boolean) failCircularCalls(true)}. */
    public ActorBuilder<S, M, D> failCircularCalls() {
        return failCircularCalls(true);
    }

    /**
     * Whether exit signals become messages. By default they do if there is a terminate callback. An
     * exit signal of the parent always ends the actor; if the actor traps exits, the callback runs
     * first.
     */
    public ActorBuilder<S, M, D> trapExits(boolean trap) {
        return new ActorBuilder<>(actors, chooses, options, trap, mostAtOnce, idle);
    }

    /**
     * Runs a callback as the actor's last act, and makes it trap exits. See {@link
     * Actor#onTerminate}.
     */
    public ActorBuilder<S, M, D> onTerminate(Actor.Terminator<? super S> terminator) {
        Objects.requireNonNull(terminator, "'terminator' must not be null");
        Supplier<Actor<S, M>> wrapped = () -> new Terminating<>(actors.get(), terminator);
        return new ActorBuilder<>(wrapped, chooses, options, trapping, mostAtOnce, idle);
    }

    /**
     * The class that crash reports and tools show as the actor's. Needed only if the supplier's
     * objects are proxies, whose class nothing in the code is called after. Defaults to the class
     * of the object.
     */
    public ActorBuilder<S, M, D> shownAs(Class<?> type) {
        Objects.requireNonNull(type, "'type' must not be null");
        return new ActorBuilder<>(
                () -> Shown.as(type, actors.get()), chooses, options, trapping, mostAtOnce, idle);
    }

    /**
     * Starts an actor and waits until its initialiser has finished. In a process the actor is its
     * child, linked to it.
     *
     * @throws StartException if it could not be started; the actor is dead and its name free
     * @throws CallException.Interrupted if the thread was interrupted; the actor was killed
     */
    public Started<D> start() {
        return tryStart().orThrow();
    }

    /** {@link #start} with the failure as a value. */
    public StartResult<D> tryStart() {
        return switch (Behavior.start(loop(), limited())) {
            case Startup.Running running -> new StartResult.Ok<>(started(running));
            case Startup.NotStarted(StartError error) -> new StartResult.Failed<>(error);
        };
    }

    /**
     * Starts an actor as a child of the current process and does not wait for its initialiser; see
     * {@link Behavior#begin}. For supervisors of a kind of their own.
     *
     * @throws IllegalStateException if the current thread runs no process
     */
    public Launched begin(Runnable told) {
        return Behavior.begin(loop(), limited(), told);
    }

    private ActorLoop<S, M> loop() {
        IdleTiming.Setting<M> timing = idle;
        Supplier<? extends Actor<S, M>> made =
                timing == null ? actors : () -> new IdleTiming<>(actors.get(), timing);
        return mostAtOnce == 1
                ? new ActorLoop<>(made, chooses, trapping)
                : new BatchLoop<>(made, chooses, trapping, mostAtOnce);
    }

    private ProcessOptions limited() {
        return options.initTimeout().isPresent()
                ? options
                : options.initTimeout(runtime().initTimeout());
    }

    private ProcessRuntime runtime() {
        boolean inProcess = Processes.selfOrNull() != null;
        return inProcess
                ? ProcessRuntime.current()
                : options.runtime().orElseGet(ProcessRuntime::current);
    }

    private StartResult<D> failed(StartError error) {
        return new StartResult.Failed<>(error);
    }

    @SuppressWarnings("unchecked") // the initialiser that this builder was made with returns a D
    private Started<D> started(Startup.Running running) {
        return new Started<>(running.pid(), (D) Objects.requireNonNull(running.data()));
    }

    /** A state, waiting for a handler. */
    public static final class Stateful<S> {
        private final Supplier<? extends S> state;

        Stateful(Supplier<? extends S> state) {
            this.state = Objects.requireNonNull(state, "'state' must not be null");
        }

        /** Handles messages with that function. */
        public <M> ActorBuilder<S, M, Subject<M>> onMessage(Actor.Handler<S, M> handler) {
            Objects.requireNonNull(handler, "'handler' must not be null");
            Actor.Initializer<S, M, Subject<M>> initializer = init -> init.state(state.get());
            return ActorBuilder.of(() -> new Functional<>(initializer, handler));
        }

        /**
         * Handles messages with that function, up to {@code most} at once; see {@link
         * ActorBuilder#batches}.
         *
         * @throws IllegalArgumentException if {@code most} is not positive
         */
        public <M> ActorBuilder<S, M, Subject<M>> onMessages(
                int most, Actor.BatchHandler<S, M> handler) {
            Objects.requireNonNull(handler, "'handler' must not be null");
            Actor.Initializer<S, M, Subject<M>> initializer = init -> init.state(state.get());
            return ActorBuilder.<S, M>of(() -> new FunctionalBatch<>(initializer, handler))
                    .batches(most);
        }
    }

    /** An initialiser, waiting for a handler. */
    public static final class Initializing<S, M, D> {
        private final Duration timeout;
        private final Actor.Initializer<S, M, D> initializer;

        Initializing(Duration timeout, Actor.Initializer<S, M, D> initializer) {
            this.timeout = Objects.requireNonNull(timeout, "'timeout' must not be null");
            this.initializer =
                    Objects.requireNonNull(initializer, "'initializer' must not be null");
        }

        /** Handles messages with that function. */
        public ActorBuilder<S, M, D> onMessage(Actor.Handler<S, M> handler) {
            Objects.requireNonNull(handler, "'handler' must not be null");
            return new ActorBuilder<>(
                    () -> new Functional<>(initializer, handler),
                    true,
                    ProcessOptions.defaults().initTimeout(timeout),
                    null,
                    1,
                    null);
        }
    }

    /** The class of the user's code that the built actor runs. */
    static Class<?> userClass(Actor<?, ?> actor) {
        return switch (actor) {
            case Terminating<?, ?> wrapped -> userClass(wrapped.actor());
            case Shown<?, ?> proxy -> proxy.type();
            case IdleTiming<?, ?> timing -> userClass(timing.actor());
            case Functional<?, ?, ?> functions -> functions.handler().getClass();
            case FunctionalBatch<?, ?> functions -> functions.handler().getClass();
            case FieldActor<?>(StatefulActor<?> fields) -> fields.getClass();
            default -> actor.getClass();
        };
    }

    /** An actor made of functions. */
    private record Functional<S, M, D>(
            Actor.Initializer<S, M, D> initializer, Actor.Handler<S, M> handler)
            implements InitializingActor<S, M, D> {
        @Override
        public Initialized<S, M, D> initialize(Init<M> init) throws Exception {
            return initializer.initialize(init);
        }

        @Override
        public Next<S, M> onMessage(S state, M message) throws Exception {
            return handler.onMessage(state, message);
        }
    }

    /** An actor made of functions that handles several messages at once. */
    private record FunctionalBatch<S, M>(
            Actor.Initializer<S, M, Subject<M>> initializer, Actor.BatchHandler<S, M> handler)
            implements InitializingActor<S, M, Subject<M>> {
        @Override
        public Initialized<S, M, Subject<M>> initialize(Init<M> init) throws Exception {
            return initializer.initialize(init);
        }

        @Override
        public Next<S, M> onMessage(S state, M message) throws Exception {
            return handler.onMessages(state, List.of(message));
        }

        @Override
        public Next<S, M> onMessages(S state, List<M> messages) throws Exception {
            return handler.onMessages(state, messages);
        }
    }

    /** An actor with a terminate callback that was given to the builder. */
    record Terminating<S, M>(Actor<S, M> actor, Actor.Terminator<? super S> terminator)
            implements InitializingActor<S, M, Object> {
        @Override
        @SuppressWarnings("unchecked") // what it holds is read only
        public Initialized<S, M, Object> initialize(Init<M> init) throws Exception {
            return (Initialized<S, M, Object>) ActorLoop.initialized(actor, init);
        }

        @Override
        public Next<S, M> afterStart(S state) throws Exception {
            return actor.afterStart(state);
        }

        @Override
        public Next<S, M> onIdle(S state) throws Exception {
            return actor.onIdle(state);
        }

        @Override
        public Next<S, M> onMessage(S state, M message) throws Exception {
            return actor.onMessage(state, message);
        }

        @Override
        public Next<S, M> onMessages(S state, List<M> messages) throws Exception {
            return actor.onMessages(state, messages);
        }

        @Override
        public void onTerminate(S state, ExitReason reason) throws Exception {
            try {
                actor.onTerminate(state, reason);
            } finally {
                terminator.onTerminate(state, reason);
            }
        }
    }
}

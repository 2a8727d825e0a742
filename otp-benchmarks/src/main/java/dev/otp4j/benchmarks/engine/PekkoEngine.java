/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Pekko's typed actors. They are children of the user guardian, which runs the tasks that are sent
 * to it. Actors must not block, so a call from an actor is a {@code context.ask}.
 */
final class PekkoEngine implements Engine {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

    /** A task for the guardian, because only an actor can start actors. */
    interface Task {
        void run(ActorContext<Task> guardian);
    }

    private record RefAddress<M>(ActorRef<M> ref) implements Address<M> {
        @Override
        public void send(M message) {
            ref.tell(message);
        }

        @Override
        public Object unwrapped() {
            return ref;
        }
    }

    private final ActorSystem<Task> system;
    private final int blockable;

    private PekkoEngine(Config config, int blockable) {
        system = ActorSystem.create(guardian(), "benchmarks", config);
        this.blockable = blockable;
    }

    /** Pekko with its default dispatcher and its default settings. */
    static PekkoEngine asShipped() {
        return new PekkoEngine(ConfigFactory.load(), 200);
    }

    /** Pekko with a virtual thread for each batch of messages, and batches of 256 messages. */
    static PekkoEngine tuned() {
        String settings =
                """
                pekko.actor.default-dispatcher {
                  executor = "virtual-thread-executor"
                  throughput = 256
                }
                """;
        Config config = ConfigFactory.parseString(settings).withFallback(ConfigFactory.load());
        return new PekkoEngine(config, 10_000);
    }

    private static Behavior<Task> guardian() {
        return Behaviors.setup(
                context ->
                        Behaviors.receiveMessage(
                                task -> {
                                    task.run(context);
                                    return Behaviors.same();
                                }));
    }

    /**
     * An actor in the object-oriented style of Pekko's guide: the state is a field, and the
     * behaviour does not change.
     */
    private static final class Stateful<S, M> {
        private S state;
        private final Handling<S, M> handler;

        private Stateful(S state, Handling<S, M> handler) {
            this.state = state;
            this.handler = handler;
        }

        Behavior<M> onMessage(M message) throws InterruptedException {
            @Nullable S next = handler.handle(state, message);
            if (next == null) return Behaviors.stopped();
            state = next;
            return Behaviors.same();
        }
    }

    private static <S, M> Behavior<M> behavior(S state, Handling<S, M> handler) {
        return Behaviors.setup(
                context -> Behaviors.receiveMessage(new Stateful<>(state, handler)::onMessage));
    }

    @Override
    public <S, M> Address<M> start(S state, Handling<S, M> handler) {
        return inGuardian(guardian -> spawn(guardian, state, handler));
    }

    @Override
    public <S, M> List<Address<M>> startAll(
            int count, S state, IntFunction<Handling<S, M>> handlers) {
        return inGuardian(
                guardian ->
                        IntStream.range(0, count)
                                .mapToObj(i -> spawn(guardian, state, handlers.apply(i)))
                                .toList());
    }

    private static <S, M> Address<M> spawn(
            ActorContext<Task> guardian, S state, Handling<S, M> handler) {
        return new RefAddress<>(guardian.spawnAnonymous(behavior(state, handler)));
    }

    private <T> T inGuardian(Function<ActorContext<Task>, T> code) {
        var result = new CompletableFuture<T>();
        system.tell(guardian -> result.complete(code.apply(guardian)));
        return result.join();
    }

    @Override
    public <M, R> R call(Address<M> callee, Function<Address<R>, M> request) {
        return AskPattern.<M, R>ask(
                        ((RefAddress<M>) callee).ref(),
                        replyTo -> request.apply(new RefAddress<>(replyTo)),
                        CALL_TIMEOUT,
                        system.scheduler())
                .toCompletableFuture()
                .join();
    }

    @Override
    public Address<Boolean> startCaller(Address<Echo> callee, int calls, Runnable done) {
        ActorRef<Echo> ref = ((RefAddress<Echo>) callee).ref();
        return inGuardian(
                guardian -> {
                    ActorRef<PekkoCaller.Event> caller =
                            guardian.spawnAnonymous(
                                    PekkoCaller.create(ref, calls, CALL_TIMEOUT, done));
                    return go -> caller.tell(new PekkoCaller.Event.Go(go));
                });
    }

    static Address<Integer> address(ActorRef<Integer> ref) {
        return new RefAddress<>(ref);
    }

    @Override
    public void startAndStop(int count) throws InterruptedException {
        var done = new CountDownLatch(1);
        system.tell(guardian -> guardian.spawnAnonymous(PekkoLifecycles.startAndStop(count, done)));
        done.await();
    }

    @Override
    public Supervision supervision(int children) {
        return new PekkoLifecycles.Tree(this::tell, children);
    }

    @Override
    public long[] restarts(int supervisors, int restarts) throws InterruptedException {
        return PekkoLifecycles.restarts(this::tell, supervisors, restarts);
    }

    private void tell(Task task) {
        system.tell(task);
    }

    @Override
    public int blockable() {
        return blockable;
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Starts, stops and restarts in Pekko. */
final class PekkoLifecycles {
    private PekkoLifecycles() {}

    /** A parent that watches its children; {@code spawn} does not wait until a child has begun. */
    static Behavior<Boolean> startAndStop(int count, CountDownLatch done) {
        return Behaviors.setup(context -> new StartAndStop(context, count, done).begin());
    }

    private static final class StartAndStop {
        private final ActorContext<Boolean> context;
        private final CountDownLatch done;
        private int batches;
        private int running;

        private StartAndStop(ActorContext<Boolean> context, int count, CountDownLatch done) {
            this.context = context;
            this.done = done;
            batches = count / Engine.BATCH;
        }

        Behavior<Boolean> begin() {
            batch();
            return Behaviors.receive(Boolean.class)
                    .onSignal(Terminated.class, ended -> terminated())
                    .build();
        }

        private void batch() {
            batches--;
            running = Engine.BATCH;
            for (int i = 0; i < Engine.BATCH; i++) {
                ActorRef<Boolean> child =
                        context.spawnAnonymous(
                                Behaviors.receiveMessage(stop -> Behaviors.stopped()));
                context.watch(child);
                child.tell(true);
            }
        }

        private Behavior<Boolean> terminated() {
            if (--running > 0) return Behaviors.same();
            if (batches > 0) {
                batch();
                return Behaviors.same();
            }
            done.countDown();
            return Behaviors.stopped();
        }
    }

    /**
     * A parent whose children are restarted when they fail. It counts as started when each child
     * has set itself up.
     */
    static final class Tree implements Supervision {
        private final Consumer<PekkoEngine.Task> guardian;
        private final int children;
        private final CountDownLatch stopped = new CountDownLatch(1);
        private volatile @Nullable ActorRef<Boolean> parent;

        Tree(Consumer<PekkoEngine.Task> guardian, int children) {
            this.guardian = guardian;
            this.children = children;
        }

        @Override
        public void start() throws InterruptedException {
            var ready = new CountDownLatch(children);
            guardian.accept(context -> parent = context.spawnAnonymous(parent(ready)));
            ready.await();
        }

        private Behavior<Boolean> parent(CountDownLatch ready) {
            return Behaviors.setup(
                    context -> {
                        for (int i = 0; i < children; i++) {
                            context.spawn(child(ready), "child" + i);
                        }
                        return Behaviors.receive(Boolean.class)
                                .onMessage(Boolean.class, stop -> Behaviors.stopped())
                                .onSignal(
                                        PostStop.class,
                                        signal -> {
                                            stopped.countDown();
                                            return Behaviors.same();
                                        })
                                .build();
                    });
        }

        private static Behavior<Boolean> child(CountDownLatch ready) {
            Behavior<Boolean> behavior =
                    Behaviors.setup(
                            context -> {
                                ready.countDown();
                                return Behaviors.receiveMessage(message -> Behaviors.same());
                            });
            return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart());
        }

        @Override
        public void stop() throws InterruptedException {
            ActorRef<Boolean> started = parent;
            if (started == null) return;
            started.tell(true);
            stopped.await();
        }
    }

    /**
     * Measures restarts. Actors cannot be killed in Pekko, so a child fails at a message, and the
     * time runs from there.
     */
    static long[] restarts(Consumer<PekkoEngine.Task> guardian, int supervisors, int restarts)
            throws InterruptedException {
        long[] nanos = new long[supervisors * restarts];
        for (int i = 0; i < supervisors; i++) {
            var ups = new LinkedBlockingQueue<Long>();
            var child = new LinkedBlockingQueue<ActorRef<Boolean>>();
            guardian.accept(context -> child.add(context.spawnAnonymous(failing(ups))));
            ActorRef<Boolean> ref = child.take();
            ups.take();
            for (int k = 0; k < restarts; k++) {
                long told = System.nanoTime();
                ref.tell(true);
                nanos[i * restarts + k] = ups.take() - told;
            }
            ref.tell(false);
        }
        return nanos;
    }

    private static Behavior<Boolean> failing(LinkedBlockingQueue<Long> ups) {
        Behavior<Boolean> behavior =
                Behaviors.setup(
                        context -> {
                            ups.add(System.nanoTime());
                            return Behaviors.receiveMessage(PekkoLifecycles::fail);
                        });
        return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart());
    }

    private static Behavior<Boolean> fail(boolean failing) {
        if (failing) throw new IllegalStateException("told to fail");
        return Behaviors.stopped();
    }
}

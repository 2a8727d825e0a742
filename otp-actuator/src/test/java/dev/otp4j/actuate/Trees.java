/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The tree that the tests of this module look at: {@code /desk} crashes at the message "crash" and
 * is stuck at any other; {@code /back/archive} never finishes its initialiser after that; {@code
 * /carts} is a factory of actors like {@code desk}.
 */
public final class Trees {
    /** Counting this down releases the actors that are stuck. */
    public final CountDownLatch stuck = new CountDownLatch(1);

    /** Number of messages that reached a handler. */
    public final AtomicInteger handled = new AtomicInteger();

    public final Name<String> desk = Name.create("desk");
    public final Name<String> archive = Name.create("archive");
    public final FactoryName<String, Subject<String>> carts = FactoryName.create("carts");
    public final OtpSystem system;
    private final AtomicBoolean crashed = new AtomicBoolean();
    private volatile @Nullable ProcessListener listener;

    public Trees(int intensity) {
        system =
                OtpSystem.builder("test")
                        .runtime(runtime -> runtime.stuckAfter(Duration.ofHours(1)))
                        .root(() -> root(intensity))
                        .listener(new Forwarding(this))
                        .build();
    }

    /** Adds a listener that was created after the system. */
    public Trees telling(ProcessListener newListener) {
        listener = newListener;
        return this;
    }

    private record Forwarding(Trees trees) implements dev.otp4j.supervisor.SupervisorListener {
        @Override
        public void reported(dev.otp4j.supervisor.SupervisorReport report) {
            if (trees.listener instanceof dev.otp4j.supervisor.SupervisorListener to) {
                to.reported(report);
            }
        }

        @Override
        public void counted(dev.otp4j.supervisor.SupervisorReport report) {
            if (trees.listener instanceof dev.otp4j.supervisor.SupervisorListener to) {
                to.counted(report);
            }
        }
    }

    private StaticSupervisor.Builder root(int intensity) {
        var back =
                StaticSupervisor.oneForOne()
                        .add(
                                ChildSpecification.worker(
                                        "archive",
                                        () ->
                                                Actor.of(() -> new Clerk(this, crashed))
                                                        .named(archive)
                                                        .initTimeout(Duration.ofMinutes(1))
                                                        .start()));
        return StaticSupervisor.oneForOne()
                .restartTolerance(intensity, Duration.ofHours(1))
                .add(
                        ChildSpecification.worker(
                                "desk",
                                () -> Actor.of(() -> new Clerk(this, null)).named(desk).start()))
                .add(back.supervised("back"))
                .add(
                        FactorySupervisor.workerChild(
                                        (String user) ->
                                                Actor.of(() -> new Clerk(this, null)).start())
                                .named(carts)
                                .supervised("carts"));
    }

    private record Clerk(Trees trees, @Nullable AtomicBoolean crashed)
            implements Actor<String, String> {
        @Override
        public String init(Subject<String> self) throws InterruptedException {
            if (crashed != null && crashed.get()) trees.stuck.await();
            return "";
        }

        @Override
        public Next<String, String> onMessage(String state, String message)
                throws InterruptedException {
            if (message.equals("crash")) {
                if (crashed != null) crashed.set(true);
                throw new IllegalStateException("a secret");
            }
            trees.handled.incrementAndGet();
            if (message.equals("stick")) trees.stuck.await();
            return Next.continueWith(state);
        }
    }
}

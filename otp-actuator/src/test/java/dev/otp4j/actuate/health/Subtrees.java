/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.health;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.InitFailedException;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A tree with two parts. {@code /payments/card} waits in its initialiser after its first crash,
 * until it is told to fail or to succeed; its supervisor tolerates one restart. So does the root,
 * of {@code /other} too.
 */
public final class Subtrees implements AutoCloseable {
    private final Name<String> card = Name.create("card", Vacancy.holding(10));
    private final Name<String> other = Name.create("other", Vacancy.holding(10));
    private final AtomicBoolean crashed = new AtomicBoolean();
    private final BlockingQueue<Boolean> succeeds = new LinkedBlockingQueue<>();
    public final OtpSystem system = OtpSystem.builder("shop").root(this::root).build();

    private StaticSupervisor.Builder root() {
        return StaticSupervisor.oneForOne()
                .restartTolerance(1, Duration.ofHours(1))
                .add(
                        ChildSpecification.worker(
                                "other", () -> crashing(() -> 0).named(other).start()))
                .add(
                        StaticSupervisor.oneForOne()
                                .restartTolerance(1, Duration.ofHours(1))
                                .add(
                                        ChildSpecification.worker(
                                                "card",
                                                () ->
                                                        crashing(this::init)
                                                                .named(card)
                                                                .initTimeout(Duration.ofMinutes(1))
                                                                .start()))
                                .supervised("payments"));
    }

    private static ActorBuilder<Integer, String, Subject<String>> crashing(
            java.util.concurrent.Callable<Integer> init) {
        return Actor.startingWith(
                        () -> {
                            try {
                                return init.call();
                            } catch (RuntimeException e) {
                                throw e;
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        })
                .onMessage(
                        (Integer state, String message) -> {
                            throw new IllegalStateException("a secret");
                        });
    }

    private int init() throws InterruptedException {
        if (!crashed.get() || succeeds.take()) return 0;
        throw new InitFailedException("a secret");
    }

    /** Makes {@code /payments/card} crash; it then waits in its initialiser. */
    public void crash() {
        crashed.set(true);
        card.subject().send("crash");
    }

    /** Makes that initialiser fail; its supervisor gives up, and the next initialiser waits. */
    public void failToStart() {
        succeeds.add(false);
    }

    /** Makes the initialiser succeed. */
    public void succeed() {
        succeeds.add(true);
    }

    public void crashOther() {
        other.subject().send("crash");
    }

    @Override
    public void close() {
        crashed.set(false);
        succeeds.add(true);
        system.close();
    }
}

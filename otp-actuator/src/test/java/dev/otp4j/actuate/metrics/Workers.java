/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** Actors that do what they are sent. */
final class Workers {
    private Workers() {}

    /** What an actor does, and with what it goes on. */
    interface Task extends Function<Integer, Next<Integer, Task>> {
        /** Does that as well. */
        default Task then(Runnable code) {
            return state -> {
                Next<Integer, Task> next = apply(state);
                code.run();
                return next;
            };
        }
    }

    static ActorBuilder<Integer, Task, Subject<Task>> actor() {
        return Actor.startingWith(() -> 0)
                .onMessage((Integer state, Task task) -> task.apply(state));
    }

    static ChildSpecification<Subject<Task>> child(String id, Name<Task> name) {
        return ChildSpecification.worker(id, () -> actor().named(name).start());
    }

    static Task run(Runnable code) {
        return state -> {
            code.run();
            return Next.continueWith(state);
        };
    }

    static Task crash(RuntimeException why) {
        return state -> {
            throw why;
        };
    }

    static Task waitFor(CountDownLatch latch) {
        return run(
                () -> {
                    try {
                        latch.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;

/** Children that tell a probe when they start and, if they are asked to, when they stop. */
public final class Announcing {
    /** A child has started, or stops. */
    public record Event(String id, String what, Pid pid, Subject<ExitReason> child) {
        @Override
        public String toString() {
            return what + " " + id;
        }
    }

    private Announcing() {}

    /** An actor that ends with whatever reason it is sent. */
    public static ActorBuilder<Integer, ExitReason, Subject<ExitReason>> actor(
            Subject<? super Event> probe, String id) {
        return Actor.<Integer, ExitReason, Subject<ExitReason>>withInitializer(
                        Expect.SOON,
                        init -> {
                            probe.send(new Event(id, "start", Processes.self(), init.self()));
                            return init.state(0);
                        })
                .onMessage((Integer state, ExitReason reason) -> Next.stop(reason));
    }

    /** A worker that announces its start. */
    public static ChildSpecification<Subject<ExitReason>> child(
            Subject<? super Event> probe, String id) {
        return ChildSpecification.worker(id, () -> actor(probe, id).start());
    }

    /** A worker that announces its start and its orderly end. */
    public static ChildSpecification<Subject<ExitReason>> stoppable(
            Subject<? super Event> probe, String id) {
        Actor.Terminator<Integer> announce =
                (state, reason) ->
                        probe.send(new Event(id, "stop", Processes.self(), Subject.create()));
        return ChildSpecification.worker(id, () -> actor(probe, id).onTerminate(announce).start());
    }
}

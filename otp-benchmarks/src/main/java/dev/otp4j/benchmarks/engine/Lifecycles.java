/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Starts, stops, kills and restarts children from a process that traps their exits. */
final class Lifecycles {
    private static final int TOLERATED = 1_000_000;

    private record Up(Pid pid, long at) {}

    private Lifecycles() {}

    static @Nullable Void startAndStop(int count) {
        Processes.trapExits(true);
        Selector<ExitMessage> exits = exits();
        ActorBuilder<Integer, Boolean, Subject<Boolean>> actor =
                Actor.startingWith(() -> 0).onMessage((Integer state, Boolean stop) -> Next.stop());
        for (int started = 0; started < count; started += Engine.BATCH) {
            for (int i = 0; i < Engine.BATCH; i++) actor.start().data().send(true);
            for (int i = 0; i < Engine.BATCH; i++) exits.receiveForever();
        }
        return null;
    }

    static long[] restarts(int supervisors, int restarts) {
        Processes.trapExits(true);
        long[] nanos = new long[supervisors * restarts];
        for (int i = 0; i < supervisors; i++) restarts(nanos, i * restarts, restarts);
        return nanos;
    }

    private static void restarts(long[] nanos, int from, int restarts) {
        Subject<Up> ups = Subject.create();
        ActorBuilder<Integer, Boolean, Subject<Boolean>> child =
                Actor.startingWith(() -> report(ups))
                        .onMessage((Integer state, Boolean message) -> Next.continueWith(state));
        Started<StaticSupervisor> supervisor =
                StaticSupervisor.oneForOne()
                        .restartTolerance(TOLERATED, Duration.ofSeconds(1))
                        .add(ChildSpecification.worker("child", child::start))
                        .start();
        Pid pid = ups.receiveForever().pid();
        for (int i = 0; i < restarts; i++) {
            long killed = System.nanoTime();
            Processes.kill(pid);
            Up up = ups.receiveForever();
            nanos[from + i] = up.at() - killed;
            pid = up.pid();
        }
        Processes.exit(supervisor.pid(), ExitReason.SHUTDOWN);
        exits().receiveForever();
    }

    private static int report(Subject<Up> ups) {
        ups.send(new Up(Processes.self(), System.nanoTime()));
        return 0;
    }

    private static Selector<ExitMessage> exits() {
        return Selector.<ExitMessage>create().selectTrappedExits(exit -> exit);
    }
}

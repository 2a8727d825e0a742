/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Started;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process is ended at the moment at which its initialiser ends: its starter hears of that once,
 * from the start or as an exit.
 */
@Tag("race")
@Timeout(60)
class StartAgainstDeathConcurrencyTests {
    private final ProcessRuntime runtime = ProcessRuntime.builder().name("start").build();

    private ProcessCell process() {
        return new ProcessCell(runtime, runtime.port, null, null, true, null);
    }

    @Test
    @Rule({"A-02", "P-02"})
    void anEndBetweenTheLookAtTheStartAndTheLinkIsHeard() throws InterruptedException {
        ProcessCell starter = process();
        starter.trapExits = true;
        ProcessCell child = process();
        var start = new StartCell(runtime, starter);
        child.starting(start);
        Links.connect(starter, child);

        Thread killer;
        synchronized (starter.lock()) { // the link signal waits here
            killer = Thread.ofPlatform().start(() -> child.end(ExitReason.KILLED));
            while (killer.getState() != Thread.State.BLOCKED) Thread.onSpinWait();
            start.complete(new Startup.Running(child, null));
        }
        killer.join();

        boolean toldItRuns = start.outcome() instanceof Startup.Running;
        assertThat(starter.depth()).as("exit messages").isEqualTo(toldItRuns ? 1 : 0);
    }

    @Test
    @Rule("A-07")
    void aStarterThatDoesNotTrapIsDeadBeforeItsStartCouldReturn() throws InterruptedException {
        ProcessCell starter = process();
        ProcessCell child = process();
        var start = new StartCell(runtime, starter);
        child.starting(start);
        Links.connect(starter, child);

        Thread killer;
        synchronized (starter.lock()) {
            killer = Thread.ofPlatform().start(() -> child.end(ExitReason.KILLED));
            while (killer.getState() != Thread.State.BLOCKED) Thread.onSpinWait();
            assertThat(start.outcome()).as("before the link signal").isNull();
            assertThat(start.complete(new Startup.Running(child, null))).isFalse();
        }
        killer.join();

        assertThat(starter.alive()).isFalse();
        assertThat(start.outcome())
                .isEqualTo(new Startup.NotStarted(new StartError.InitExited(ExitReason.KILLED)));
    }

    private record Up(Pid pid) {}

    @Test
    @Rule({"A-02", "V-10"})
    void aChildThatIsKilledAsItsInitialiserEndsIsStartedAgain() {
        Processes.run(
                () -> {
                    Subject<Up> ups = Subject.create();
                    StaticSupervisor.oneForOne()
                            .restartTolerance(1_000_000, Duration.ofSeconds(60))
                            .add(ChildSpecification.worker("child", () -> child(ups)))
                            .start();
                    for (int round = 0; round < 5_000; round++) {
                        Up up = ups.receive(Duration.ofSeconds(10)).orElseThrow();
                        Processes.kill(up.pid());
                    }
                    return 0;
                });
    }

    private static Started<Subject<Integer>> child(Subject<Up> ups) {
        return Actors.<Integer>idle(
                        () -> {
                            ups.send(new Up(Processes.self()));
                            return 0;
                        })
                .start();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Rule;
import org.junit.jupiter.api.Test;

/**
 * The instant between the decision of a death and its burial: what points to the process is void
 * already.
 */
class DerivedFromDeathTests {
    private final ProcessRuntime runtime = ProcessRuntime.builder().name("instant").build();

    private ProcessCell process() {
        return new ProcessCell(runtime, runtime.port(), null, null, true, null);
    }

    private static void decide(ProcessCell cell) {
        assertThat(cell.decide(ExitReason.KILLED)).isTrue();
    }

    @Test
    @Rule({"K-02", "R-05", "P-30"})
    void itsNameIsVacantAndCanBeTaken() {
        Name<String> name = Name.<String>create(runtime, "n").holdingWhileVacant(10);
        ProcessCell dead = process();
        assertThat(name.register(dead, true)).isEqualTo(Name.Registration.DONE);
        decide(dead);

        assertThat(name.pid()).isNull();
        name.subject().send("held, not lost with the dead");
        assertThat(name.heldCount()).isEqualTo(1);
        ProcessCell successor = process();
        assertThat(name.register(successor, true)).isEqualTo(Name.Registration.DONE);
        assertThat(successor.depth()).isEqualTo(1);
    }

    @Test
    @Rule("R-05")
    void whoHasEndedSinceANameWasFoundTakenIsNoObstacle() {
        Name<String> name = Name.create(runtime, "n");
        ProcessCell holder = process();
        name.register(holder, true);
        assertThat(name.register(process(), false)).isEqualTo(Name.Registration.TAKEN);
        assertThat(name.obstacle()).isInstanceOf(Name.Obstacle.Holder.class);
        decide(holder);

        assertThat(name.obstacle()).isInstanceOf(Name.Obstacle.Ended.class);
        assertThat(name.register(process(), false)).isEqualTo(Name.Registration.DONE);
    }

    @Test
    @Rule({"C-05", "K-05"})
    void aReplyToItsCallerIsRefused() {
        ProcessCell callee = process();
        var cell = new ReplyCell<String>(runtime, runtime.pid());
        cell.aim(callee);
        decide(callee);

        assertThat(cell.trySend("late")).isEqualTo(Subject.Sent.CLOSED);
        assertThat(cell.outcome()).isNull();
    }

    @Test
    @Rule({"P-19", "K-01"})
    void noLinkToItIsMade() {
        ProcessCell self = process();
        ProcessCell dead = process();
        decide(dead);

        assertThat(Links.connect(self, dead)).isSameAs(dead);
        assertThat(self.linkList()).isEmpty();
        assertThat(Links.connect(dead, self)).isSameAs(dead);
    }

    @Test
    @Rule({"P-27", "K-01"})
    void aMonitorOfItFiresAtOnce() {
        ProcessCell watcher = process();
        ProcessCell dead = process();
        decide(dead);

        watcher.monitor(dead);

        assertThat(watcher.depth()).isEqualTo(1);
        assertThat(dead.watcherCount()).isZero();
    }

    @Test
    @Rule("K-05")
    void noEngineCallOfItBegins() {
        ProcessCell dead = process();
        decide(dead);

        org.assertj.core.api.Assertions.assertThatExceptionOfType(ProcessExit.class)
                .isThrownBy(dead::enterCall)
                .satisfies(exit -> assertThat(exit.reason()).isEqualTo(ExitReason.KILLED));
        dead.awaitCall(); // the flag is down again, or this would not return
    }
}

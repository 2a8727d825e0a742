/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What an interrupt reaches, and what ends without one. */
@OtpTest
class InterruptRegressionTests {
    /** A handler that leaves the interrupt status set spoils the next message's wait. */
    @Test
    void theInterruptStatusOfOneHandlerDoesNotReachTheNextMessage() {
        var entered = new CountDownLatch(1);
        var second = new CountDownLatch(1);
        Subject<Boolean> told = Subject.create();
        Subject<Runnable> actor = Actors.running().start().data();
        actor.send(
                () -> {
                    entered.countDown();
                    await(second);
                    Thread.currentThread().interrupt();
                });
        await(entered);
        actor.send(() -> told.send(Thread.currentThread().isInterrupted()));
        second.countDown();

        assertThat(expect(told)).isFalse();
    }

    @Test
    void aProcessThatWaitsForAReplyEndsAtItsKillEvenWithoutInterrupt() {
        var asked = new CountDownLatch(1);
        Subject<Subject<Integer>> silent =
                Actors.<Subject<Integer>>handling(reply -> asked.countDown()).start().data();
        Subject<Runnable> caller = Actors.running().interruptOnKill(false).start().data();
        Processes.unlink(caller.owner());
        caller.send(() -> silent.<Integer>callForever(reply -> reply));
        await(asked);

        Processes.kill(caller.owner());

        eventually("no zombie is left", () -> ProcessRuntime.current().zombieCount() == 0);
    }
}

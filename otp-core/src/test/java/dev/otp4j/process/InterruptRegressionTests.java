/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.testkit.OtpTest;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class InterruptRegressionTests {
    /** A handler that leaves the interrupt status set spoils the next message's wait. */
    @Test
    @OtpTest
    void theInterruptStatusOfOneHandlerDoesNotReachTheNextMessage() {
        var entered = new AtomicBoolean();
        var second = new AtomicBoolean();
        Subject<Boolean> told = Subject.create();
        var actor =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer n, String m) -> {
                                    if (n == 0) {
                                        entered.set(true);
                                        eventually("second is queued", second::get);
                                        Thread.currentThread().interrupt();
                                    } else {
                                        told.send(Thread.currentThread().isInterrupted());
                                    }
                                    return Next.continueWith(n + 1);
                                })
                        .start();
        actor.data().send("one");
        eventually("entered", entered::get);
        actor.data().send("two");
        second.set(true);

        assertThat(expect(told)).isFalse();
        assertThat(outside(() -> true)).isTrue();
        assertThat(SOON).isPositive();
    }
}

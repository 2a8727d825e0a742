/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.testkit.Race;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bare handshake of a send with its sender's death, a million times. */
@Tag("race")
@Tag("platform")
@Timeout(30)
class SendAgainstDeathConcurrencyTests {
    private static final int ROUNDS = 1_000_000;
    private static final int LEAST = 10_000;
    private static final ProcessRuntime RUNTIME =
            ProcessRuntime.builder().name("handshake").build();

    private static final class Round {
        final ProcessCell sender = new ProcessCell(RUNTIME, null, null, null, true, null);
        final ProcessCell receiver = new ProcessCell(RUNTIME, null, null, null, true, null);
        int whenTold;

        void send() {
            try {
                sender.enterCall();
            } catch (ProcessExit dead) {
                return;
            }
            receiver.enqueue(new Node("m"));
            sender.leaveCall();
        }

        void kill() {
            sender.decide(ExitReason.KILLED);
            sender.awaitCall();
            whenTold = receiver.depth();
        }

        void check() {
            assertThat(receiver.depth()).as("a message after the DOWN").isEqualTo(whenTold);
        }
    }

    @Test
    @Rule({"P-25", "K-05"})
    void nothingIsSentOnceTheEndMayBeTold() {
        long rounds = 0;
        while (rounds <= LEAST) { // however busy the machine
            rounds +=
                    Race.run(
                            ROUNDS,
                            Duration.ofSeconds(6),
                            Round::new,
                            Round::check,
                            Round::send,
                            Round::kill);
        }

        assertThat(rounds).isGreaterThan(LEAST);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OtpTest
class SysConcurrencyTests {
    private static final int SENDERS = 4;
    private static final int EACH = 5_000;

    record Numbered(int sender, int number) {}

    /** Counts the senders' messages; -1 for a sender whose order was broken. */
    private static Next<Map<Integer, Integer>, Numbered> count(
            Map<Integer, Integer> counts, Numbered message) {
        int before = counts.getOrDefault(message.sender(), 0);
        var next = new HashMap<>(counts);
        next.put(message.sender(), before == message.number() ? before + 1 : -1);
        return Next.continueWith(Map.copyOf(next));
    }

    @Test
    @Timeout(60)
    @Rule({"Y-03", "Y-04", "Y-05"})
    void suspendsAndResumesLoseNothingAndKeepTheOrder() {
        Started<Subject<Numbered>> actor =
                Actor.<Map<Integer, Integer>>startingWith(Map::of)
                        .onMessage(SysConcurrencyTests::count)
                        .start();
        Subject<Object> done = Subject.create();

        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            Processes.spawn(
                    () -> {
                        for (int n = 0; n < EACH; n++) {
                            actor.data().send(new Numbered(sender, n));
                            if (n % 256 == 0) Thread.yield();
                        }
                        done.send(sender);
                    });
        }
        Processes.spawn(
                () -> {
                    for (int i = 0; i < 300; i++) {
                        Sys.suspend(actor.pid());
                        Object seen = Sys.getState(actor.pid(), Map.class);
                        assertThat(Sys.getState(actor.pid(), Map.class)).isEqualTo(seen);
                        Sys.resume(actor.pid());
                    }
                    done.send("toggled");
                });

        for (int i = 0; i <= SENDERS; i++) expect(done);
        assertThat(Sys.getState(actor.pid(), Map.class, SOON))
                .isEqualTo(Map.of(0, EACH, 1, EACH, 2, EACH, 3, EACH));
    }
}

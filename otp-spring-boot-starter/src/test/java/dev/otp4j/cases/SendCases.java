/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sends that go wrong on the sender's side. */
abstract class SendCases {
    private static final int RECEIVERS = 200;
    private static final int STACK = 512 * 1024;

    @Test
    @Tag("A1")
    void aSendThatOverflowsAPlainThreadsStackLeavesItsReceiverWorking() throws Exception {
        try (ProcessRuntime runtime = ProcessRuntime.builder().name("cases").build()) {
            var receivers = new ArrayList<Subject<Probe.Message>>();
            for (int i = 0; i < RECEIVERS; i++) {
                receivers.add(Actor.of(Probe::new).runtime(runtime).start().data());
            }
            int[] sent = new int[RECEIVERS];
            Thread diver = new Thread(null, () -> diveForEach(receivers, sent), "diver", STACK);
            diver.start();
            diver.join();

            assertThat(stuck(receivers, sent))
                    .as("receivers that handle nothing any more")
                    .isEmpty();
        }
    }

    private static void diveForEach(List<Subject<Probe.Message>> receivers, int[] sent) {
        for (int i = 0; i < RECEIVERS; i++) dive(receivers.get(i), sent, i);
    }

    /**
     * Recurses until the stack is exhausted; returns when a send has returned, in the first frame
     * that has enough stack left for it.
     */
    private static boolean dive(Subject<Probe.Message> receiver, int[] sent, int index) {
        try {
            if (dive(receiver, sent, index)) return true;
        } catch (StackOverflowError overflow) {
            // this frame has too little stack left
        }
        try {
            receiver.send(new Probe.Add(1));
            sent[index]++;
            return true;
        } catch (StackOverflowError overflow) {
            return false;
        }
    }

    /** The numbers of the receivers that do not answer, or have not handled all messages. */
    private static List<String> stuck(List<Subject<Probe.Message>> receivers, int[] sent) {
        var answers = new ArrayList<CompletableFuture<Integer>>();
        for (Subject<Probe.Message> receiver : receivers) {
            answers.add(receiver.callAsync(Duration.ofSeconds(3), Probe.Get::new));
        }
        var stuck = new ArrayList<String>();
        for (int i = 0; i < RECEIVERS; i++) {
            try {
                int handled = answers.get(i).get(5, TimeUnit.SECONDS);
                if (handled < sent[i]) stuck.add(i + ": " + handled + " of " + sent[i]);
            } catch (Exception failed) {
                stuck.add(i + ": no answer");
            }
        }
        return stuck;
    }
}

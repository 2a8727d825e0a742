/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds up the initialiser of an actor when it is started again. */
class Gate {
    final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);
    private final AtomicInteger starts = new AtomicInteger();

    void open() {
        opened.countDown();
    }

    private void pass() throws InterruptedException {
        if (starts.getAndIncrement() == 0) return;
        entered.countDown();
        opened.await(5, TimeUnit.SECONDS);
    }

    /** A {@link Probe} behind the gate. */
    @SupervisedActor("probe")
    static class Gated implements Actor<Integer, Probe.Message> {
        private final Probe probe = new Probe();
        private final Gate gate;

        Gated(Gate gate) {
            this.gate = gate;
        }

        @Override
        public Integer init(Subject<Probe.Message> self) throws InterruptedException {
            gate.pass();
            return probe.init(self);
        }

        @Override
        public Next<Integer, Probe.Message> onMessage(Integer total, Probe.Message message) {
            return probe.onMessage(total, message);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.DeterministicScheduler;
import dev.otp4j.internal.threads.ForwardingScheduler;
import dev.otp4j.internal.threads.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Runtimes in which time passes when a test says so. */
public final class ModelRuntimes {
    private ModelRuntimes() {}

    /** How much further a real runtime's clock is than the world's. */
    public static final class Clock {
        private final AtomicLong ahead = new AtomicLong();

        /** Lets time pass at once. Nothing may be waiting with a time limit. */
        public void pass(Duration time) {
            ahead.addAndGet(time.toNanos());
        }
    }

    /** As that of a {@link Simulation}, with a listener. */
    public static ProcessRuntime simulated(long seed, ProcessListener listener) {
        return ProcessRuntime.builder()
                .name("simulation")
                .listener(listener)
                .scheduler(real -> new DeterministicScheduler(seed, null))
                .build();
    }

    /** A real one whose clock can be put forward. */
    public static ProcessRuntime real(Clock clock, ProcessListener listener) {
        return ProcessRuntime.builder()
                .name("model")
                .listener(listener)
                .scheduler(real -> ahead(real, clock))
                .build();
    }

    private static Scheduler ahead(Scheduler real, Clock clock) {
        return new ForwardingScheduler(real) {
            @Override
            public long nanoTime() {
                return super.nanoTime() + clock.ahead.get();
            }
        };
    }
}

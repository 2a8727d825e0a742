/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.threads.Scheduler;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Races between a timer that fires, its cancellation and the death of its process. */
public final class TimerRaces {
    private static final ProcessRuntime RUNTIME = ProcessRuntime.builder().name("races").build();

    private TimerRaces() {}

    /** A clock on which the test makes the timer fire. */
    static final class ByHand implements Scheduler {
        final AtomicInteger set = new AtomicInteger();
        private volatile Runnable alarm;

        @Override
        public Alarm schedule(long nanos, Runnable task) {
            set.incrementAndGet();
            alarm = task;
            return () -> {
                if (alarm == null) return;
                alarm = null;
                set.decrementAndGet();
            };
        }

        /** Makes the timer fire, as the real clock would, possibly while it is being cancelled. */
        void fire() {
            Runnable task = alarm;
            if (task != null) task.run();
        }

        @Override
        public void start(String name, Runnable body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void turnUsedUp() {}

        @Override
        public boolean turnsAreShort() {
            return false;
        }

        @Override
        public void park(Object blocker, long nanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void linger(java.util.function.BooleanSupplier awaited) {}

        @Override
        public void yield() {}

        @Override
        public void unpark(Thread thread) {}

        @Override
        public Object blocker(Thread thread) {
            return null;
        }

        @Override
        public void interrupt(Thread thread) {}

        @Override
        public boolean watchHandOvers() {
            return false;
        }

        @Override
        public boolean watchDebts() {
            return false;
        }

        @Override
        public void outOfMemory() {}

        @Override
        public void point() {}

        @Override
        public void adopt(Runnable body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public int pending() {
            return set.get();
        }

        @Override
        public void close() {}
    }

    private abstract static class WithTimer {
        final ByHand clock = new ByHand();
        final Timers timers = new Timers(clock, RUNTIME.debts);
        final AtomicInteger fired = new AtomicInteger();
        final ProcessCell target = new ProcessCell(RUNTIME, RUNTIME.port, null, null, true, null);

        Timer start() {
            return new DelayedSend(timers, 1, target, fired::incrementAndGet).set(null);
        }

        static String cancel(Timer timer) {
            return switch (timer.cancel()) {
                case Cancelled.TimerCancelled done -> "cancelled";
                case Cancelled.TimerNotFound gone -> "not found";
            };
        }
    }

    /**
     * A timer fires while it is cancelled: either the message arrives or the cancel succeeds, and
     * nothing is left to cancel.
     */
    @JCStressTest
    @Outcome(id = "cancelled, 0, not found", expect = ACCEPTABLE, desc = "cancelled")
    @Outcome(id = "not found, 1, not found", expect = ACCEPTABLE, desc = "fired")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither, or cancelled twice")
    @State
    public static class FireAgainstCancel extends WithTimer {
        private final Timer timer = start();

        @Actor
        public void fire() {
            clock.fire();
        }

        @Actor
        public void cancel(LLL_Result result) {
            result.r1 = cancel(timer);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = fired.get();
            result.r3 = target.watcherCount() == 0 ? cancel(timer) : "watcher left";
        }
    }

    /** Two threads cancel a timer: one of them succeeds, and the timer does not fire afterwards. */
    @JCStressTest
    @Outcome(
            id = {"cancelled, not found, 0", "not found, cancelled, 0"},
            expect = ACCEPTABLE,
            desc = "one prevails")
    @Outcome(expect = FORBIDDEN, desc = "neither or both")
    @State
    public static class TwoCancels extends WithTimer {
        private final Timer timer = start();

        @Actor
        public void first(LLL_Result result) {
            result.r1 = cancel(timer);
        }

        @Actor
        public void second(LLL_Result result) {
            result.r2 = cancel(timer);
        }

        @Arbiter
        public void after(LLL_Result result) {
            clock.fire();
            result.r3 = fired.get();
        }
    }

    /**
     * A timer is set while its target dies: nothing is left on the clock, and nothing is left to
     * cancel.
     */
    @JCStressTest
    @Outcome(id = "not found, 0, 0", expect = ACCEPTABLE, desc = "the timer ended with its process")
    @Outcome(expect = FORBIDDEN, desc = "left behind")
    @State
    public static class StartAgainstDeath extends WithTimer {
        private Timer timer;

        @Actor
        public void set() {
            timer = start();
        }

        @Actor
        public void die() {
            target.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LLL_Result result) {
            Timer set = timer;
            result.r1 = set == null ? "none" : cancel(set);
            result.r2 = clock.pending();
            result.r3 = target.watcherCount();
        }
    }

    /** A timer fires while its target dies: at most one message arrives, and nothing is left. */
    @JCStressTest
    @Outcome(
            id = {"0, not found, 0", "1, not found, 0"},
            expect = ACCEPTABLE,
            desc = "the timer fired, or ended with its process")
    @Outcome(expect = FORBIDDEN, desc = "left behind")
    @State
    public static class FireAgainstDeath extends WithTimer {
        private final Timer timer = start();

        @Actor
        public void fire() {
            clock.fire();
        }

        @Actor
        public void die() {
            target.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = fired.get();
            result.r2 = cancel(timer);
            result.r3 = target.watcherCount();
        }
    }

    /**
     * A timer is cancelled while its target dies: a thread that has seen the death finds nothing to
     * cancel.
     */
    @JCStressTest
    @Outcome(
            id = {"true, not found, 0", "false, cancelled, 0", "false, not found, 0"},
            expect = ACCEPTABLE,
            desc = "the timer ended at the moment of the death")
    @Outcome(expect = FORBIDDEN, desc = "cancelled after the death was seen, or left behind")
    @State
    public static class CancelAgainstDeath extends WithTimer {
        private final Timer timer = start();

        @Actor
        public void die() {
            target.end(ExitReason.KILLED);
        }

        @Actor
        public void cancel(LLL_Result result) {
            result.r1 = !target.alive();
            result.r2 = cancel(timer);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = timers.count() + clock.pending() + target.watcherCount();
        }
    }

    /** A periodic timer fires while it is cancelled: no message arrives after the cancel. */
    @JCStressTest
    @Outcome(
            id = {"cancelled, 0, 0", "cancelled, 1, 1"},
            expect = ACCEPTABLE,
            desc = "the timer fired before the cancel, or never")
    @Outcome(expect = FORBIDDEN, desc = "the timer fired after the cancel had returned")
    @State
    public static class PeriodicFireAgainstCancel extends WithTimer {
        private final Timer timer;

        public PeriodicFireAgainstCancel() {
            target.enqueue(new Node("another thread schedules it already"));
            timer =
                    new PeriodicSend(
                                    timers,
                                    1,
                                    null,
                                    target,
                                    new LocalSubject<>(target),
                                    "tick",
                                    null)
                            .set(null);
        }

        private int ticks() {
            return target.mailbox.stacked() - 1;
        }

        @Actor
        public void fire() {
            clock.fire();
        }

        @Actor
        public void cancel(LLL_Result result) {
            result.r1 = cancel(timer);
            result.r2 = ticks();
        }

        @Arbiter
        public void after(LLL_Result result) {
            clock.fire();
            result.r3 = ticks();
        }
    }
}

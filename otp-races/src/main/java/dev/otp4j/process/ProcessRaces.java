/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.otp4j.internal.mailbox.Node;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Races on the state word of a process between sends, links, monitors and deaths. */
public final class ProcessRaces {
    private static final ProcessRuntime RUNTIME = ProcessRuntime.builder().name("races").build();

    private ProcessRaces() {}

    private static ProcessCell process() {
        return new ProcessCell(RUNTIME, RUNTIME.port, null, null, true, null);
    }

    /** Two fatal signals arrive: exactly one of them decides. */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one decides")
    @Outcome(expect = FORBIDDEN, desc = "neither or both")
    @State
    public static class TwoDeaths {
        private final ProcessCell cell = process();

        @Actor
        public void first(ZZ_Result result) {
            result.r1 = cell.decide(ExitReason.KILLED);
        }

        @Actor
        public void second(ZZ_Result result) {
            result.r2 = cell.decide(ExitReason.SHUTDOWN);
        }
    }

    /**
     * A runner begins with a process while the process dies: the runner sees the end itself, or is
     * notified of it.
     */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "the runner is notified, or sees the end, or both")
    @Outcome(expect = FORBIDDEN, desc = "the runner handles messages of a dead process")
    @State
    public static class OccupyAgainstDeath {
        private final ProcessCell cell = process();
        private final Runner runner = new Runner(cell);

        @Actor
        public void begin(ZZ_Result result) {
            result.r1 = Activation.occupy(cell, runner);
        }

        @Actor
        public void die() {
            cell.decide(ExitReason.KILLED);
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = runner.wasTold();
        }
    }

    /**
     * A process sends while it is killed: after the killer has waited for the send, no further
     * message of the process arrives.
     */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "sent before the death was announced, or never")
    @Outcome(expect = FORBIDDEN, desc = "a message arrives after the DOWN")
    @State
    public static class SendAgainstDeath {
        private final ProcessCell sender = process();
        private final ProcessCell receiver = process();

        @Actor
        public void send() {
            try {
                sender.enterCall();
            } catch (ProcessExit dead) {
                return;
            }
            receiver.enqueue(new Node("m"));
            sender.leaveCall();
        }

        @Actor
        public void kill(II_Result result) {
            sender.decide(ExitReason.KILLED);
            sender.awaitCall();
            result.r1 = receiver.depth();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = receiver.depth();
        }
    }

    /**
     * A process links to a partner that dies: if the link was made, the process gets a signal; if
     * it was refused, it gets none.
     */
    @JCStressTest
    @Outcome(
            id = {"true, 1", "false, 0"},
            expect = ACCEPTABLE,
            desc = "linked with a signal, or refused without one")
    @Outcome(expect = FORBIDDEN, desc = "a link without a signal, or a signal without a link")
    @State
    public static class LinkAgainstDeath {
        private final ProcessCell self = process();
        private final ProcessCell partner = process();

        public LinkAgainstDeath() {
            self.trapExits = true;
        }

        @Actor
        public void link(ZI_Result result) {
            result.r1 = Links.connect(self, partner) == null;
        }

        @Actor
        public void die() {
            partner.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(ZI_Result result) {
            result.r2 = self.depth();
        }
    }

    /**
     * An initialiser ends while its process dies: either the starter learns that the process runs
     * and then gets an exit message, or the result of the start reports the death.
     */
    @JCStressTest
    @Outcome(
            id = {"true, 1", "false, 0"},
            expect = ACCEPTABLE,
            desc = "told once")
    @Outcome(expect = FORBIDDEN, desc = "the starter learns of the death never or twice")
    @State
    public static class StartAgainstDeath {
        private final ProcessCell starter = process();
        private final ProcessCell child = process();
        private final StartCell start = new StartCell(child.runtime, starter);

        public StartAgainstDeath() {
            starter.trapExits = true;
            child.starting(start);
            Links.connect(starter, child);
        }

        @Actor
        public void begin() {
            start.complete(new Startup.Running(child, null));
            child.started();
        }

        @Actor
        public void die() {
            child.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(ZI_Result result) {
            result.r1 = start.outcome() instanceof Startup.Running;
            result.r2 = starter.depth();
        }
    }

    /**
     * A process unlinks from a partner that dies: it lives if the unlink came first, and dies
     * otherwise. Which of the two is final when the unlink returns.
     */
    @JCStressTest
    @Outcome(
            id = {"alive, alive", "dead, dead"},
            expect = ACCEPTABLE,
            desc = "decided when the unlink returned")
    @Outcome(expect = FORBIDDEN, desc = "the process died of a link that was already removed")
    @State
    public static class UnlinkAgainstDeath {
        private final ProcessCell self = process();
        private final ProcessCell partner = process();

        public UnlinkAgainstDeath() {
            Links.connect(self, partner);
        }

        @Actor
        public void unlink(LL_Result result) {
            Links.disconnect(self, partner);
        }

        @Actor
        public void die() {
            partner.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r1 = self.alive() ? "alive" : "dead";
            result.r2 = self.alive() ? "alive" : "dead";
            if (self.links() != null || partner.links() != null) result.r2 = "link left";
        }
    }

    /** A process monitors a target that dies: exactly one DOWN arrives, whichever comes first. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one DOWN")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "one DOWN, after the monitor was set")
    @Outcome(expect = FORBIDDEN, desc = "no DOWN or two")
    @State
    public static class MonitorAgainstDeath {
        private final ProcessCell watcher = process();
        private final ProcessCell target = process();

        @Actor
        public void watch(II_Result result) {
            watcher.monitor(target);
            result.r1 = watcher.depth();
        }

        @Actor
        public void die() {
            target.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = watcher.depth();
        }
    }
}

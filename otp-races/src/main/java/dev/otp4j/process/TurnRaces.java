/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.otp4j.internal.threads.Diversion;
import dev.otp4j.internal.threads.DiversionSettings;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Races between the sentry and starts that are diverted or turns that end early. */
public final class TurnRaces {
    private static final ProcessRuntime RUNTIME = ProcessRuntime.builder().name("races").build();

    private TurnRaces() {}

    private static ProcessCell process() {
        return new ProcessCell(RUNTIME, RUNTIME.port, null, null, true, null);
    }

    /** A diversion whose probe never begins to run. */
    private static Diversion waiting(Runnable turns) {
        var diversion = new Diversion(DiversionSettings.DEFAULT, probe -> {}, turns, () -> 0);
        diversion.begin(0);
        return diversion;
    }

    /**
     * A start is held back while the diversion ends: exactly one of the two threads makes the
     * start.
     */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "started")
    @Outcome(expect = FORBIDDEN, desc = "the start is held back for ever, or made twice")
    @State
    public static class KeepAgainstEnd {
        private final AtomicInteger starts = new AtomicInteger();
        private final Diversion diversion = waiting(() -> {});

        public KeepAgainstEnd() {
            diversion.look(DiversionSettings.DEFAULT.patience());
        }

        @Actor
        public void keep() {
            diversion.keep(starts::incrementAndGet);
        }

        @Actor
        public void end() {
            diversion.stop();
        }

        @Arbiter
        public void after(I_Result result) {
            result.r1 = starts.get();
        }
    }

    /**
     * A runner begins while a diversion begins: the runner sees the diversion, or is notified of
     * it.
     */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, true", "true, false"},
            expect = ACCEPTABLE,
            desc = "the runner sees the diversion, or is notified, or both")
    @Outcome(expect = FORBIDDEN, desc = "the runner takes a long turn while starts are diverted")
    @State
    public static class RunAgainstDiversion {
        private final Runner runner = new Runner(process());
        private final Diversion diversion = waiting(this::endTurn);

        /** As in {@link Current}: a thread that runs many states has a single entry there. */
        private final AtomicReferenceArray<Runner> table = new AtomicReferenceArray<>(1);

        /** Ends the turn as the sentry does, if the runner is in the table. */
        private void endTurn() {
            Runner found = table.getAcquire(0);
            if (found != null) found.endTurn();
        }

        @Actor
        public void run(ZZ_Result result) {
            table.compareAndSet(0, null, runner);
            result.r1 = diversion.isOn();
        }

        @Actor
        public void divert() {
            diversion.look(DiversionSettings.DEFAULT.patience());
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = runner.turnHasEnded();
        }
    }
}

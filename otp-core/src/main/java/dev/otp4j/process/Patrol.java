/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.threads.SentryDuties;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the sentry looks at in a runtime: debts, hand-over cells, running handlers, zombies, and the
 * processes that occupy carriers. Only the sentry's thread runs this, unless the method of {@link
 * SentryDuties} says otherwise.
 */
final class Patrol implements SentryDuties {
    /** A process that has been a zombie for so long is reported. */
    static final Duration OLD_ZOMBIE = Duration.ofSeconds(5);

    private static final System.Logger LOG = Logs.of("dev.otp4j.process.sentry");

    private final ProcessRuntime runtime;
    private final HandOvers handOvers;
    private final StalledRunners stalled;
    private final CallCircles circles;
    private final Set<Pid> reported = new HashSet<>();

    Patrol(ProcessRuntime runtime) {
        this.runtime = runtime;
        this.handOvers = new HandOvers(runtime, System::nanoTime);
        this.stalled = new StalledRunners(runtime);
        this.circles = new CallCircles(runtime);
    }

    @Override
    public boolean isAnythingOwed() {
        return !runtime.debts.isEmpty() || runtime.reportsAreStuck();
    }

    @Override
    public void payWhatIsOwed(long now) {
        runtime.debts.look(now);
        if (runtime.reportsAreStuck()) runtime.deliverStuckReports();
    }

    @Override
    public boolean lookAtHandOvers() {
        return handOvers.look();
    }

    @Override
    public void freeHandOvers() {
        handOvers.freeAll();
    }

    @Override
    public void endTurns() {
        for (Runner runner : Current.runners()) {
            if (runner.runtime == runtime) runner.endTurn();
        }
    }

    @Override
    public boolean hasZombies() {
        return runtime.zombieCount() > 0;
    }

    @Override
    public boolean isAnyHandlerRunning() {
        for (Runner runner : Current.runners()) {
            if (runner.runtime == runtime && runner.look() != null) return true;
        }
        return false;
    }

    @Override
    public void lookAtProcesses() {
        // it also looks at each handler, so that a tool learns for how long at least it has run
        runtime.lookAtHandlers();
        circles.look(runtime::callCircle);
        lookAtZombies();
    }

    @Override
    public List<Thread> stalledThreads() {
        return stalled.find();
    }

    @Override
    public void forgetStalledThreads() {
        stalled.forget();
    }

    @Override
    public void carriersStarved(Duration since) {
        if (runtime.isSilent()) return;
        List<Starvation.Culprit> culprits =
                Current.runners().stream()
                        .filter(runner -> runner.runtime == runtime)
                        .flatMap(runner -> runner.culprit().stream())
                        .toList();
        var starvation = new Starvation(since, culprits);
        LOG.log(
                Level.ERROR,
                "runtime ''{0}'': no virtual thread could start in the last {1}: all carriers are occupied; running processes of this runtime: {2}{3}",
                name(),
                since,
                culprits.size(),
                culprits.stream().map(Patrol::text).collect(Collectors.joining()));
        runtime.starved(starvation);
    }

    @Override
    public void carriersFree() {
        if (runtime.isSilent()) return;
        LOG.log(Level.WARNING, "runtime ''{0}'': virtual threads can start again", name());
    }

    private String name() {
        return runtime.node().name();
    }

    @Override
    public boolean isMemoryLeft() {
        return runtime.debts.isMemoryLeft();
    }

    @Override
    public void lookFailed(Throwable thrown) {
        if (runtime.isSilent()) return;
        LOG.log(
                Level.ERROR,
                "runtime '%s': the sentry failed; it tries again after a pause".formatted(name()),
                thrown);
    }

    private static String text(Starvation.Culprit culprit) {
        return "\n" + culprit.pid() + (culprit.alive() ? "" : " (dead)") + frames(culprit.stack());
    }

    private static String frames(List<StackTraceElement> stack) {
        return stack.stream().map(frame -> "\n\tat " + frame).collect(Collectors.joining());
    }

    private static void log(Zombie zombie) {
        LOG.log(
                Level.WARNING,
                "{0} has been dead for {1}, but its code still runs on thread ''{2}''{3}",
                zombie.pid(),
                zombie.age(),
                zombie.thread(),
                frames(zombie.stack()));
    }

    private void lookAtZombies() {
        if (runtime.zombieCount() == 0) {
            reported.clear();
            return;
        }
        List<Zombie> old =
                runtime.zombies().stream().filter(z -> z.age().compareTo(OLD_ZOMBIE) >= 0).toList();
        for (Zombie zombie : old) {
            if (!reported.add(zombie.pid())) continue;
            runtime.inContextOf(zombie.pid(), () -> log(zombie));
            runtime.oldZombie(zombie);
        }
        reported.retainAll(old.stream().map(Zombie::pid).collect(Collectors.toSet()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.supervisor.ModelPlan.Outcome;
import dev.otp4j.supervisor.ModelSpec.Kind;
import dev.otp4j.supervisor.ModelStep.How;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes up trees, and what happens to them. */
final class ModelGenerator {
    private static final List<String> IDS = List.of("a", "b", "c", "d", "e");
    private static final int DEEPEST = 3;
    private static final List<Outcome> FAILURES =
            List.of(
                    Outcome.FAIL,
                    Outcome.FAIL,
                    Outcome.CRASH,
                    Outcome.CRASH,
                    Outcome.THROW,
                    Outcome.NOTHING,
                    Outcome.TIMEOUT,
                    Outcome.IGNORE,
                    Outcome.SLOW);
    private static final List<ExitReason> REASONS =
            List.of(
                    ExitReason.NORMAL,
                    ExitReason.SHUTDOWN,
                    ExitReason.shutdown("detail"),
                    ExitReason.NO_PROCESS,
                    ExitReason.KILLED,
                    ExitReason.abnormal("broken"),
                    ExitReason.abnormal("broken"));

    private final Random random;
    private final boolean delays;

    /**
     * @param delays whether restarts may be delayed
     */
    ModelGenerator(Random random, boolean delays) {
        this.random = random;
        this.delays = delays;
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    // ---- trees

    ModelSpec root() {
        return supervisor("root", 0, AutoShutdown.NEVER);
    }

    private ModelSpec process(String id, int depth, AutoShutdown above) {
        ModelSpec made = immediate(id, depth, above);
        boolean never = made.restart() == Restart.TEMPORARY;
        return delays && !never && oneIn(3) ? made.delayed() : made;
    }

    private ModelSpec immediate(String id, int depth, AutoShutdown above) {
        if (depth < DEEPEST && oneIn(3)) return supervisor(id, depth, above);
        return depth < DEEPEST && oneIn(6) ? factory(id, depth, above) : worker(id, above);
    }

    private boolean significant(AutoShutdown above, Restart restart) {
        if (oneIn(50)) return true;
        return above != AutoShutdown.NEVER && restart != Restart.PERMANENT && oneIn(2);
    }

    private ModelSpec worker(String id, AutoShutdown above) {
        Restart restart = any(List.of(Restart.values()));
        boolean stubborn = oneIn(8);
        Shutdown shutdown =
                stubborn
                        ? new Shutdown.After(Duration.ofMillis(1))
                        : any(
                                List.of(
                                        new Shutdown.After(Duration.ofSeconds(30)),
                                        new Shutdown.Infinity(),
                                        new Shutdown.BrutalKill()));
        return new ModelSpec(
                id,
                Kind.WORKER,
                restart,
                significant(above, restart),
                shutdown,
                stubborn || oneIn(2),
                stubborn,
                Strategy.ONE_FOR_ONE,
                AutoShutdown.NEVER,
                0,
                null,
                List.of());
    }

    private ModelSpec supervisor(String id, int depth, AutoShutdown above) {
        AutoShutdown own = oneIn(2) ? AutoShutdown.NEVER : any(List.of(AutoShutdown.values()));
        var children = new ArrayList<ModelSpec>();
        for (String child : IDS.subList(0, random.nextInt(IDS.size()))) {
            ModelSpec made = process(child, depth + 1, own);
            while (made.isRefused(own)) made = process(child, depth + 1, own);
            children.add(made);
        }
        Restart restart = oneIn(2) ? Restart.PERMANENT : any(List.of(Restart.values()));
        return new ModelSpec(
                id,
                Kind.STATIC,
                restart,
                significant(above, restart),
                oneIn(6) ? new Shutdown.BrutalKill() : new Shutdown.Infinity(),
                true,
                false,
                any(List.of(Strategy.values())),
                own,
                random.nextInt(depth == 0 ? 8 : 4),
                null,
                List.copyOf(children));
    }

    private ModelSpec factory(String id, int depth, AutoShutdown above) {
        ModelSpec child =
                oneIn(4)
                        ? supervisor("child", Math.max(depth + 1, DEEPEST - 1), AutoShutdown.NEVER)
                        : worker("child", AutoShutdown.NEVER);
        while (child.significant()) child = worker("child", AutoShutdown.NEVER);
        Restart restart = oneIn(2) ? Restart.PERMANENT : any(List.of(Restart.values()));
        return new ModelSpec(
                id,
                Kind.FACTORY,
                restart,
                significant(above, restart),
                oneIn(6) ? new Shutdown.BrutalKill() : new Shutdown.Infinity(),
                true,
                false,
                Strategy.ONE_FOR_ONE,
                AutoShutdown.NEVER,
                random.nextInt(4),
                null,
                List.of(child));
    }

    // ---- steps

    ModelStep step(ModelWorld world) {
        List<ModelProcess> all = world.processes();
        ModelProcess one = any(all);
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> one instanceof ModelSupervisor s ? request(s) : end(one);
            case 5, 6, 7 -> request(anySupervisor(all));
            case 8, 9, 10 -> end(one);
            case 11, 12, 13, 14 -> plan(all);
            case 15, 16 -> pass();
            case 17, 18 -> meanwhile(all, one);
            default ->
                    oneIn(10)
                            ? new ModelStep.Close(any(REASONS))
                            : new ModelStep.End(one.path, How.SIGNAL, ExitReason.KILL);
        };
    }

    private ModelStep pass() {
        boolean some = delays && oneIn(2);
        return new ModelStep.Pass(
                some ? Duration.ofMinutes(random.nextInt(90)) : ModelSpec.PERIOD.multipliedBy(2));
    }

    private ModelSupervisor anySupervisor(List<ModelProcess> all) {
        return (ModelSupervisor)
                any(all.stream().filter(ModelSupervisor.class::isInstance).toList());
    }

    private ModelStep.Request request(ModelSupervisor to) {
        if (to instanceof ModelFactory) {
            List<String> labels =
                    to.children().stream()
                            .flatMap(c -> java.util.stream.Stream.ofNullable(c.last))
                            .toList();
            return labels.isEmpty() || oneIn(2)
                    ? new ModelStep.Make(to.path)
                    : new ModelStep.Stop(to.path, any(labels));
        }
        String id = any(IDS);
        int depth = to.path.equals("/") ? 1 : to.path.split("/", -1).length;
        return switch (random.nextInt(6)) {
            case 0, 1 ->
                    new ModelStep.Start(
                            to.path, process(id, Math.min(depth, DEEPEST), to.spec.autoShutdown()));
            case 2 -> new ModelStep.Terminate(to.path, id);
            case 3 -> new ModelStep.Delete(to.path, id);
            default -> new ModelStep.Again(to.path, id);
        };
    }

    private ModelStep.End end(ModelProcess one) {
        How how = any(List.of(How.values()));
        ExitReason reason = any(REASONS);
        if (one instanceof ModelSupervisor) how = How.SIGNAL;
        boolean ownParent = one.parent == null; // the driver is not its parent
        if (how == How.SIGNAL && oneIn(ownParent ? 4 : 2)) reason = ExitReason.KILL;
        return new ModelStep.End(one.path, how, reason);
    }

    private ModelStep plan(List<ModelProcess> all) {
        ModelSupervisor of = anySupervisor(all);
        String id = any(IDS);
        if (of instanceof ModelFactory) id = Integer.toString(1 + random.nextInt(6));
        return new ModelStep.Plan(ModelSpec.below(of.path, id), failures());
    }

    private List<Outcome> failures() {
        var outcomes = new ArrayList<Outcome>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Outcome outcome = any(FAILURES);
            if (outcome == Outcome.TIMEOUT && !oneIn(4)) outcome = Outcome.FAIL;
            outcomes.add(outcome);
        }
        return outcomes;
    }

    /** The queue is decided when it is known which child is being restarted. */
    private ModelStep meanwhile(List<ModelProcess> all, ModelProcess one) {
        if (one instanceof ModelSupervisor || one.parent == null) return plan(all);
        ExitReason crash = ExitReason.abnormal("broken");
        var end = new ModelStep.End(one.path, How.STOP, crash);
        var outcomes = new ArrayList<Outcome>();
        outcomes.add(Outcome.GATE);
        if (oneIn(2)) outcomes.addAll(failures());
        return new ModelStep.Meanwhile(one.parent.path, end, outcomes, new ArrayList<>());
    }

    /** A request that gets as far as the supervisor. */
    private ModelStep.Request served(ModelSupervisor to) {
        ModelStep.Request request = request(to);
        boolean refused =
                request instanceof ModelStep.Start start
                        && start.child().isRefused(to.spec.autoShutdown());
        return refused ? served(to) : request;
    }

    /**
     * Fills in what queues up at {@code at} while it starts a child. One process can be told to end
     * again and again, although the first time is the only one.
     */
    void queue(ModelSupervisor at, List<ModelStep> queued) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            List<ModelProcess> workers =
                    at.running().stream()
                            .filter(p -> p instanceof ModelWorker && p.isAlive())
                            .toList();
            if (workers.isEmpty() || oneIn(2)) {
                queued.add(served(at));
            } else {
                queued.add(
                        oneIn(2)
                                ? new ModelStep.End(any(workers).path, How.STOP, any(REASONS))
                                : new ModelStep.End(
                                        any(workers).path, How.SIGNAL, ExitReason.KILL));
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeReading;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ModelStarter.Gate;
import dev.otp4j.supervisor.ModelStarter.Order;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Expect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A tree of real supervisors. Steps are given by one process, the root's parent. */
final class ModelSystem {
    /** A process that was started. */
    private record Life(String label, Pid pid, Object data) {}

    /** A factory, and how many children it was asked for. */
    record Factory(FactorySupervisor<Integer, Object> supervisor, AtomicInteger asked) {
        int number(ModelStep.Request request) {
            return request instanceof ModelStep.Make ? asked.incrementAndGet() : 0;
        }
    }

    /** A request: the process that waits for the answer, and where the answer goes. */
    private record Asked(Pid asking, Subject<String> answer) {
        boolean isQueuedAt(Pid supervisor) {
            return supervisor.equals(ProcessInfo.of(asking).awaits());
        }
    }

    /** Lets what was begun come as far as it can. */
    interface Settling {
        /** Until {@code sign} says so, or for as long as it may take. */
        void until(BooleanSupplier sign);
    }

    final ModelPlan plan = new ModelPlan();
    private final Settling settling;
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private final Map<String, Life> byPath = new ConcurrentHashMap<>();
    private final Map<String, Life> byLabel = new ConcurrentHashMap<>();
    private final Map<Pid, Life> byPid = new ConcurrentHashMap<>();
    private final Map<String, Pid> pids = new ConcurrentHashMap<>();
    private final ModelLog log;
    private final Set<String> released = ConcurrentHashMap.newKeySet();
    private final Subject<Gate> gates = Subject.create();
    private final ModelStarter starter = new ModelStarter(this, gates, released);

    ModelSystem(ModelLog log, Settling settling) {
        this.log = log;
        this.settling = settling;
    }

    void begin(ModelSpec root) {
        starter.supervisor(root, "/", "/#" + attempt("/"));
    }

    // ---- told by the tree's processes

    int attempt(String path) {
        return attempts.merge(path, 1, Integer::sum);
    }

    void lives(String path, String label, Pid pid, Object data) {
        var life = new Life(label, pid, data);
        byPath.put(path, life);
        byLabel.put(label, life);
        byPid.put(pid, life);
        pids.put(label, pid);
    }

    void log(String path, String line) {
        log.add(path, line);
    }

    // ---- steps

    /** Has it happen; {@code release} are the stubborn processes that may end. */
    List<String> run(ModelStep step, boolean gated, Set<String> release) {
        release(release);
        List<Subject<String>> answers = new ArrayList<>();
        switch (step) {
            case ModelStep.Request request -> answers.add(ask(request).answer());
            case ModelStep.End end -> end(end);
            case ModelStep.Plan(String path, var outcomes) -> plan.add(path, outcomes);
            case ModelStep.Pass pass -> {}
            case ModelStep.Close(ExitReason reason) -> Processes.exit(at("/").pid(), reason);
            case ModelStep.Meanwhile meanwhile -> answers.addAll(meanwhile(meanwhile, gated));
        }
        return answers.stream().map(Expect::expect).toList();
    }

    /** Lets those stubborn processes end. */
    void release(Set<String> labels) {
        released.addAll(labels);
    }

    private List<Subject<String>> meanwhile(ModelStep.Meanwhile step, boolean gated) {
        plan.clear();
        plan.add(step.cause().path(), step.outcomes());
        Pid supervisor = at(step.path()).pid();
        var answers = new ArrayList<Subject<String>>();
        end(step.cause());
        if (gated) {
            Subject<Boolean> gate = Expect.expect(gates).replyTo();
            for (ModelStep queued : step.queued()) {
                if (queued instanceof ModelStep.Request request) {
                    Asked asked = ask(request);
                    settling.until(() -> asked.isQueuedAt(supervisor));
                    assertThat(asked.isQueuedAt(supervisor)).as("%s", queued).isTrue();
                    answers.add(asked.answer());
                } else {
                    var ends = (ModelStep.End) queued;
                    Monitor monitor = Processes.monitor(at(ends.path()).pid());
                    end(ends);
                    Expect.expectDown(monitor); // after its supervisor has got the exit signal
                }
            }
            gate.send(true);
        }
        return answers;
    }

    private Life at(String path) {
        return Objects.requireNonNull(byPath.get(path), path);
    }

    private void end(ModelStep.End end) {
        Life life = at(end.path());
        switch (end.how()) {
            case STOP -> orders(life).send(new Order.Stop(end.reason()));
            case THROW -> orders(life).send(new Order.Throw());
            case SIGNAL -> signal(life.pid(), end.reason());
            case LINK -> link(life, end.reason());
        }
    }

    /** In the name of a stranger. */
    private static void signal(Pid to, ExitReason reason) {
        Subject<Boolean> done = Subject.create();
        Processes.spawnUnlinked(
                () -> {
                    Processes.exit(to, reason);
                    done.send(true);
                });
        Expect.expect(done);
    }

    private static void link(Life life, ExitReason reason) {
        Subject<Subject<Boolean>> ready = Subject.create();
        Pid partner =
                Processes.spawnUnlinked(
                        () -> {
                            Subject<Boolean> end = Subject.create();
                            ready.send(end);
                            end.receiveForever();
                            Processes.exit(reason);
                        });
        Subject<Boolean> end = Expect.expect(ready);
        boolean linked = orders(life).call(Expect.SOON, done -> new Order.Link(partner, done));
        assertThat(linked).isTrue();
        Monitor monitor = Processes.monitor(partner);
        end.send(true);
        Expect.expectDown(monitor);
    }

    @SuppressWarnings("unchecked") // only workers are told to end
    private static Subject<Order> orders(Life life) {
        return (Subject<Order>) life.data();
    }

    /** Asks from a process of its own, since a request waits. */
    private Asked ask(ModelStep.Request request) {
        Subject<String> answer = Subject.create();
        Object handle = at(request.path()).data();
        int number = handle instanceof Factory factory ? factory.number(request) : 0;
        Pid asking = Processes.spawnUnlinked(() -> answer.send(answer(handle, request, number)));
        return new Asked(asking, answer);
    }

    private String answer(Object handle, ModelStep.Request request, int number) {
        try {
            return switch (request) {
                case ModelStep.Start(String path, ModelSpec child) ->
                        name(((StaticSupervisor) handle).tryStartChild(starter.child(child, path)));
                case ModelStep.Terminate(var path, String id) ->
                        name(((StaticSupervisor) handle).tryTerminateChild(id));
                case ModelStep.Again(var path, String id) ->
                        name(((StaticSupervisor) handle).tryRestartChild(id));
                case ModelStep.Delete(var path, String id) ->
                        name(((StaticSupervisor) handle).tryDeleteChild(id));
                case ModelStep.Make make ->
                        name(((Factory) handle).supervisor().tryStartChild(number));
                case ModelStep.Stop(var path, String label) -> {
                    Pid pid = Objects.requireNonNull(pids.get(label));
                    yield name(((Factory) handle).supervisor().tryTerminateChild(pid));
                }
            };
        } catch (CallException.CalleeDown down) {
            return "Down";
        } catch (IllegalArgumentException refused) {
            return "IllegalArgumentException";
        }
    }

    private static String name(Object result) {
        return result instanceof Enum<?> e ? e.name() : result.getClass().getSimpleName();
    }

    // ---- looking

    Map<String, Integer> attempts() {
        return new TreeMap<>(attempts);
    }

    /** Why those processes have ended; null for one that lives. */
    Map<String, ExitReason> ended(Set<String> labels) {
        var ended = new HashMap<String, ExitReason>();
        for (String label : labels) {
            Life life = byLabel.get(label);
            if (life != null) ended.put(label, ProcessInfo.of(life.pid()).exitReason());
        }
        return ended;
    }

    /** Each supervisor has done what came before this. */
    void barrier() {
        for (Life life : byPid.values()) {
            if (life.data() instanceof Subject<?> || !Processes.isAlive(life.pid())) continue;
            try {
                Sys.getState(life.pid(), List.class);
            } catch (CallException.CalleeDown down) {
                // it has done all it will ever do
            }
        }
    }

    /** The dead are of no interest any more. */
    void forget(Set<String> labels) {
        released.clear();
        for (String label : labels) {
            Life life = byLabel.remove(label);
            if (life != null) byPid.remove(life.pid());
        }
    }

    /** Exit messages of roots and the like. */
    void emptyMailbox() {
        Selector<ExitMessage> exits = Selector.<ExitMessage>create().selectTrappedExits(e -> e);
        while (exits.receive(Duration.ZERO).isPresent()) continue;
    }

    List<String> text() {
        var lines = new ArrayList<String>();
        Pid root = at("/").pid();
        if (Processes.isAlive(root)) describe(TreeReading.read(root, 1_000, 100), lines);
        return lines;
    }

    private void describe(TreeNode node, List<String> lines) {
        Life life = byPid.get(node.pid());
        if (life == null) {
            lines.add("who is at " + node.path() + "?");
            return;
        }
        ChildCounts counts = counts(life.data());
        lines.add(
                "%s used=%d children=%d active=%d workers=%d"
                        .formatted(
                                life.label(),
                                node.toleranceUsed(),
                                node.childCount(),
                                counts.active(),
                                counts.workers()));
        for (TreeNode child : node.children()) {
            Life running = child.pid() == null ? null : byPid.get(child.pid());
            lines.add(
                    "  %s %s %s restarts=%d attempt=%d"
                            .formatted(
                                    child.path(),
                                    child.state(),
                                    child.pid() == null
                                            ? "-"
                                            : running == null ? "?" : running.label(),
                                    child.restarts(),
                                    attempt(child)));
        }
        for (TreeNode child : node.children()) {
            if (child.kind() != TreeNode.Kind.ACTOR && child.pid() != null) describe(child, lines);
        }
    }

    private static int attempt(TreeNode child) {
        PendingRestart pending = child.pendingRestart();
        return pending == null ? 0 : pending.attempt();
    }

    /** How long those that wait for a delayed restart still wait, by path. */
    Map<String, Long> dues() {
        var dues = new HashMap<String, Long>();
        Pid root = at("/").pid();
        if (Processes.isAlive(root)) collect(TreeReading.read(root, 1_000, 100), dues);
        return dues;
    }

    private static void collect(TreeNode node, Map<String, Long> dues) {
        PendingRestart pending = node.pendingRestart();
        if (pending != null) dues.put(node.path(), pending.dueIn().toNanos());
        for (TreeNode child : node.children()) collect(child, dues);
    }

    private static ChildCounts counts(Object handle) {
        return handle instanceof StaticSupervisor supervisor
                ? supervisor.countChildren()
                : ((Factory) handle).supervisor().countChildren();
    }
}

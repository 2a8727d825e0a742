/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.supervisor.SupervisorReport.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A tree as it should be, one thing after another, without processes. */
final class ModelWorld {
    final ModelPlan plan = new ModelPlan();
    private final Map<String, Integer> attempts = new TreeMap<>();
    private final List<ModelSupervisor> supervisors = new ArrayList<>();

    /** By path of the supervisor: what it reports, and the terminate callbacks of its children. */
    final Map<String, List<String>> log = new TreeMap<>();

    /** Processes that died since, and why. */
    final Map<String, ExitReason> died = new HashMap<>();

    /** Stubborn processes with no supervisor left to kill them, or that end by themselves. */
    final Set<String> released = new HashSet<>();

    /** Whether some things happened at the same time. */
    boolean unordered;

    /** Called when a start function waits. */
    Runnable gate = () -> {};

    long now;
    @Nullable ModelSupervisor root;

    void begin(ModelSpec spec) {
        root = (ModelSupervisor) started(spec, "/", null);
    }

    /** The root; only while there is one. */
    ModelSupervisor root() {
        if (root == null) throw new IllegalStateException("no root");
        return root;
    }

    void forget() {
        log.clear();
        died.clear();
        released.clear();
        unordered = false;
    }

    // ---- for processes

    int attempt(String path) {
        return attempts.merge(path, 1, Integer::sum);
    }

    Map<String, Integer> attempts() {
        return attempts;
    }

    /** A process, or why there is none. */
    sealed interface Started {}

    record Up(ModelProcess process) implements Started {}

    record Ignored() implements Started {}

    record Failed(ExitReason reason) implements Started {}

    /** Runs a start function. */
    Started start(ModelChild child, String path, ModelSupervisor parent) {
        ModelSpec spec = child.spec;
        int attempt = attempt(path);
        boolean worker = spec.kind() == ModelSpec.Kind.WORKER;
        switch (plan.next(path)) {
            case OK, SLOW -> {}
            case FAIL -> {
                return new Failed(ExitReason.abnormal(worker ? "planned" : thrown()));
            }
            case CRASH, THROW -> {
                return new Failed(ExitReason.abnormal(thrown()));
            }
            case TIMEOUT -> {
                return new Failed(
                        ExitReason.abnormal(
                                worker ? "initialiser did not finish within PT0.001S" : thrown()));
            }
            case NOTHING -> {
                return new Failed(ExitReason.abnormal("the start function returned null"));
            }
            case IGNORE -> {
                return new Ignored();
            }
            case GATE -> {
                gate.run();
                return new Failed(ExitReason.abnormal(thrown()));
            }
        }
        ModelProcess process = process(spec, path, attempt, parent, child.lastSupervisor);
        ExitReason why = process.reason;
        return why == null ? new Up(process) : new Failed(why);
    }

    private ModelProcess started(ModelSpec spec, String path, @Nullable ModelSupervisor parent) {
        return process(spec, path, attempt(path), parent, null);
    }

    private ModelProcess process(
            ModelSpec spec,
            String path,
            int attempt,
            @Nullable ModelSupervisor parent,
            @Nullable ModelSupervisor predecessor) {
        return switch (spec.kind()) {
            case WORKER -> new ModelWorker(this, spec, path, attempt, parent);
            case FACTORY -> {
                var factory = new ModelFactory(this, spec, path, attempt, parent);
                supervisors.add(factory);
                yield factory;
            }
            case STATIC -> {
                var supervisor = new ModelStatic(this, spec, path, attempt, parent);
                supervisors.add(supervisor);
                supervisor.boot(predecessor);
                yield supervisor;
            }
        };
    }

    static Throwable thrown() {
        return new IllegalStateException("planned");
    }

    void died(ModelProcess process, ExitReason why) {
        died.put(process.label(), why);
        if (process instanceof ModelSupervisor) supervisors.remove(process);
    }

    /** It died before any process but its parent knew of it. */
    void neverWas(ModelProcess process) {
        died.remove(process.label());
    }

    void report(ModelSupervisor by, Context context, String id, ExitReason reason) {
        log(by.path, context + " " + id + " " + words(reason));
    }

    void log(String path, String line) {
        log.computeIfAbsent(path, p -> new ArrayList<>()).add(line);
    }

    /** A reason in words; identities of processes are none of the model's business. */
    static String words(ExitReason reason) {
        return reason instanceof ExitReason.Shutdown(ChildStartFailure failure)
                ? "shutdown(boot of " + failure.id() + ")"
                : reason.toString();
    }

    /** Until no process has anything to do. */
    void run() {
        for (boolean busy = true; busy; ) {
            busy = false;
            for (ModelSupervisor supervisor : List.copyOf(supervisors)) busy |= supervisor.drain();
        }
    }

    // ---- delayed restarts

    private record Waiting(ModelSupervisor supervisor, ModelChild child, ModelChild.Due due) {
        String path() {
            return ModelSpec.below(supervisor.path, child.spec.id());
        }
    }

    private List<Waiting> waiting() {
        var waiting = new ArrayList<Waiting>();
        for (ModelSupervisor supervisor : supervisors) {
            for (ModelChild child : supervisor.children()) {
                ModelChild.Due due = child.due;
                if (due != null) waiting.add(new Waiting(supervisor, child, due));
            }
        }
        waiting.sort(Comparator.comparingLong(one -> one.due().at()));
        return waiting;
    }

    /** Time has passed: what became due meanwhile has happened, each at its time. */
    void elapse(long to) {
        for (List<Waiting> all = waiting(); ; all = waiting()) {
            if (all.isEmpty() || all.getFirst().due().at() > to) break;
            Waiting first = all.getFirst();
            now = first.due().at();
            first.supervisor().due(first.child(), first.due().why());
            run();
        }
        now = to;
    }

    /** Whether a restart comes before a step, and what follows from it, would have ended. */
    boolean isDueWithin(long nanos) {
        return nextDue() - now < nanos;
    }

    /** When the next delayed restart is due. */
    long nextDue() {
        List<Waiting> all = waiting();
        return all.isEmpty() ? Long.MAX_VALUE : all.getFirst().due().at();
    }

    /**
     * A failure comes some time after the beginning of its step; so the exact times are taken over.
     *
     * @param exact nanoseconds that are left, by path
     * @return what is too far from what is known here, or empty
     */
    String adopt(Map<String, Long> exact, long tolerated) {
        for (Waiting one : waiting()) {
            Long left = exact.get(one.path());
            if (left == null) return one.path() + " does not wait";
            long at = now + left;
            if (Math.abs(at - one.due().at()) > tolerated) {
                return "%s is due at %d instead of %d".formatted(one.path(), at, one.due().at());
            }
            one.child().due = new ModelChild.Due(at, one.due().why());
        }
        return "";
    }

    // ---- looking

    /** True if it is undecided at some supervisor whether a restart still counts. */
    boolean isBlurred(long margin) {
        return supervisors.stream().anyMatch(supervisor -> supervisor.isBlurred(margin));
    }

    /** Those that live, supervisors before their children. */
    List<ModelProcess> processes() {
        var all = new ArrayList<ModelProcess>();
        if (root != null && root.isAlive()) all.add(root);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof ModelSupervisor supervisor) all.addAll(supervisor.running());
        }
        return all;
    }

    ModelProcess at(String path) {
        for (ModelProcess process : processes()) {
            if (process.path.equals(path)) return process;
        }
        throw new IllegalStateException("nobody at " + path);
    }

    List<String> text() {
        var lines = new ArrayList<String>();
        if (root != null && root.isAlive()) root.describe(lines);
        return lines;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.supervisor.SupervisorReport.Context;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A supervisor of the model: does one thing after another, in the order in which they came. */
abstract class ModelSupervisor extends ModelProcess {
    /** What can come. */
    sealed interface Event {}

    /** A process it started has died. */
    record Exited(ModelProcess process) implements Event {}

    /** A child is to be tried again. */
    record Retry(ModelChild child) implements Event {}

    /** The parent's exit. */
    record Ends(ExitReason reason) implements Event {}

    /** A request to the supervisor. */
    record Asked(Runnable request) implements Event {}

    final Deque<Event> inbox = new ArrayDeque<>();
    private final List<Long> restarts = new ArrayList<>();

    ModelSupervisor(
            ModelWorld world,
            ModelSpec spec,
            String path,
            int attempt,
            @Nullable ModelSupervisor parent) {
        super(world, spec, path, attempt, parent);
    }

    /** True if there was something to do. */
    boolean drain() {
        boolean some = false;
        while (isAlive() && !inbox.isEmpty()) {
            some = true;
            switch (inbox.remove()) {
                case Exited(ModelProcess process) -> exited(process);
                case Retry(ModelChild child) -> {
                    boolean again = child.state == ChildInfo.State.RESTARTING && child.due == null;
                    if (again) restart(child, Objects.requireNonNull(child.failure));
                }
                case Ends(ExitReason why) -> terminates(why);
                case Asked(Runnable request) -> request.run();
            }
        }
        return some;
    }

    abstract List<ModelChild> children();

    /** Stops all children. */
    abstract void stopChildren();

    abstract void restart(ModelChild child, ExitReason why);

    /** The delay of a child is over. */
    abstract void due(ModelChild child, ExitReason why);

    abstract void remove(ModelChild child);

    List<ModelProcess> running() {
        var running = new ArrayList<ModelProcess>();
        for (ModelChild child : children()) {
            if (child.process != null) running.add(child.process);
        }
        return running;
    }

    void terminates(ExitReason why) {
        stopChildren();
        die(why);
    }

    @Override
    void die(ExitReason why) {
        List<ModelProcess> left = running();
        super.die(why);
        for (ModelProcess process : left) {
            if (!process.isAlive()) continue;
            world.unordered = true;
            process.orphaned(why);
        }
    }

    @Override
    void stop(Shutdown how) {
        drain();
        if (!isAlive()) return;
        if (how instanceof Shutdown.BrutalKill) die(ExitReason.KILLED);
        else terminates(ExitReason.SHUTDOWN);
    }

    @Override
    void orphaned(ExitReason why) {
        inbox.add(new Ends(why));
    }

    @Override
    void signal(ExitReason why) {
        if (why instanceof ExitReason.Kill) die(ExitReason.KILLED);
    }

    // ---- what it does about its children

    private void exited(ModelProcess process) {
        ModelChild child = null;
        for (ModelChild one : children()) {
            if (one.process == process) child = one;
        }
        ExitReason why = process.reason;
        if (child == null || why == null) return;
        Restart restart = child.spec.restart();
        boolean clean = why instanceof ExitReason.Normal || why instanceof ExitReason.Shutdown;
        child.process = null;
        child.state = ChildInfo.State.STOPPED;
        if (restart == Restart.PERMANENT || !clean) {
            world.report(this, Context.CHILD_TERMINATED, child.spec.id(), why);
        }
        if (restart == Restart.PERMANENT || restart == Restart.TRANSIENT && !clean) {
            restart(child, why);
            return;
        }
        if (restart == Restart.TEMPORARY || spec.kind() == ModelSpec.Kind.FACTORY) remove(child);
        if (!child.spec.significant()) return;
        boolean others =
                children().stream().anyMatch(other -> other.spec.significant() && other.isActive());
        if (spec.autoShutdown() == AutoShutdown.ANY_SIGNIFICANT || !others) {
            terminates(ExitReason.SHUTDOWN);
        }
    }

    /** False: this restart is one too many, and the end. */
    boolean tolerates(ModelChild child) {
        forgetOld();
        restarts.add(world.now);
        if (restarts.size() <= spec.intensity()) return true;
        ExitReason why = ExitReason.shutdown("reached_max_restart_intensity");
        world.report(this, Context.SHUTDOWN, child.spec.id(), why);
        terminates(ExitReason.SHUTDOWN);
        return false;
    }

    private void forgetOld() {
        restarts.removeIf(at -> world.now - at > ModelSpec.PERIOD.toNanos());
    }

    /** True if a restart is about to leave the window, so that its count is undecided. */
    boolean isBlurred(long margin) {
        for (long at : restarts) {
            if (Math.abs(world.now - at - ModelSpec.PERIOD.toNanos()) < margin) return true;
        }
        return false;
    }

    /**
     * Starts a child; true if that is the end of the matter.
     *
     * @param before why it is started again, or null if it is not
     */
    boolean started(ModelChild child, @Nullable ExitReason before) {
        boolean again = before != null;
        String at = ModelSpec.below(path, child.spec.id());
        switch (world.start(child, at, this)) {
            case ModelWorld.Up(ModelProcess process) -> {
                child.process = process;
                child.last = process.label();
                if (process instanceof ModelSupervisor supervisor)
                    child.lastSupervisor = supervisor;
                child.state = ChildInfo.State.RUNNING;
                child.due = null;
                if (before == null) return true;
                child.restarts++;
                world.report(this, Context.RESTARTED, child.spec.id(), before);
                return true;
            }
            case ModelWorld.Ignored ignored -> {
                child.state = ChildInfo.State.STOPPED;
                if (spec.kind() == ModelSpec.Kind.FACTORY) remove(child);
                return true;
            }
            case ModelWorld.Failed(ExitReason why) -> {
                child.failure = why;
                child.state = ChildInfo.State.STOPPED;
                world.report(this, Context.START_ERROR, child.spec.id(), why);
                if (again) {
                    child.state = ChildInfo.State.RESTARTING;
                    if (child.spec.backoff() == null) inbox.add(new Retry(child));
                }
                return false;
            }
        }
    }

    /** Stops a child that has a process, and reports if it ended otherwise than asked. */
    void stopped(ModelChild child) {
        ExitReason why = badlyStopped(child);
        if (why != null) world.report(this, Context.SHUTDOWN_ERROR, child.spec.id(), why);
    }

    /** Stops a child. Why it ended, if that was otherwise than asked; or null. */
    @Nullable ExitReason badlyStopped(ModelChild child) {
        ModelProcess process = child.process;
        child.state = ChildInfo.State.STOPPED;
        child.due = null;
        if (process == null) return null;
        process.stop(child.spec.shutdown());
        child.process = null;
        ExitReason why = process.reason;
        boolean expected = why instanceof ExitReason.Normal || why instanceof ExitReason.Shutdown;
        return expected || child.spec.shutdown() instanceof Shutdown.BrutalKill ? null : why;
    }

    // ---- in words

    void describe(List<String> lines) {
        forgetOld();
        List<ModelChild> children = children();
        long active = children.stream().filter(child -> child.process != null).count();
        long workers =
                children.stream().filter(child -> child.spec.type() == ChildType.WORKER).count();
        lines.add(
                "%s#%d used=%d children=%d active=%d workers=%d"
                        .formatted(
                                path, attempt, restarts.size(), children.size(), active, workers));
        for (ModelChild child : children) {
            ModelProcess process = child.process;
            lines.add(
                    "  %s %s %s restarts=%d attempt=%d"
                            .formatted(
                                    ModelSpec.below(path, child.spec.id()),
                                    child.state,
                                    process == null ? "-" : process.label(),
                                    child.restarts,
                                    child.due == null ? 0 : child.inARow));
        }
        for (ModelChild child : children) {
            if (child.process instanceof ModelSupervisor supervisor) supervisor.describe(lines);
        }
    }
}

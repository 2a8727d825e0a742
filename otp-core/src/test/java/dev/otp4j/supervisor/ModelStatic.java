/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A static supervisor of the model. */
final class ModelStatic extends ModelSupervisor {
    private final List<ModelChild> children = new ArrayList<>();

    ModelStatic(
            ModelWorld world,
            ModelSpec spec,
            String path,
            int attempt,
            @Nullable ModelSupervisor parent) {
        super(world, spec, path, attempt, parent);
    }

    @Override
    List<ModelChild> children() {
        return children;
    }

    @Override
    void remove(ModelChild child) {
        children.remove(child);
    }

    private @Nullable ModelChild find(String id) {
        for (ModelChild child : children) {
            if (child.spec.id().equals(id)) return child;
        }
        return null;
    }

    /** Starts the children it was made with; if one cannot be started, it dies. */
    void boot(@Nullable ModelSupervisor predecessor) {
        for (ModelSpec child : spec.children()) children.add(new ModelChild(child));
        if (predecessor instanceof ModelStatic before) children.forEach(before::bequeath);
        for (ModelChild child : List.copyOf(children)) {
            if (!started(child, null)) {
                stopChildren();
                die(ExitReason.shutdown(new BootFailure(child.spec.id())));
                world.neverWas(this);
                return;
            }
            if (child.process == null && child.spec.restart() == Restart.TEMPORARY) remove(child);
        }
    }

    private void bequeath(ModelChild successor) {
        ModelChild mine = find(successor.spec.id());
        if (mine == null) return;
        successor.restarts = mine.restarts;
        successor.lastSupervisor = mine.lastSupervisor;
    }

    /** Stands for a {@link ChildStartFailure}. */
    record BootFailure(String id) {
        @Override
        public String toString() {
            return "boot of " + id;
        }
    }

    @Override
    void stopChildren() {
        for (ModelChild child : List.copyOf(children).reversed()) stopped(child);
    }

    // ---- a restart

    @Override
    void restart(ModelChild failed, ExitReason why) {
        if (tolerates(failed)) startAgain(failed, why, failed.nextDelay());
    }

    @Override
    void due(ModelChild child, ExitReason why) {
        startAgain(child, why, null);
    }

    private void startAgain(ModelChild failed, ExitReason why, @Nullable Duration delay) {
        failed.state = ChildInfo.State.STOPPED;
        failed.due = null;
        List<ModelChild> affected = affected(failed);
        for (ModelChild sibling : affected.reversed()) {
            if (sibling == failed) continue;
            stopped(sibling);
            if (sibling.spec.restart() == Restart.TEMPORARY) children.remove(sibling);
        }
        if (delay != null) {
            failed.state = ChildInfo.State.RESTARTING;
            failed.due = new ModelChild.Due(world.now + delay.toNanos(), why);
            return;
        }
        for (ModelChild child : affected) {
            if (child != failed && child.spec.restart() == Restart.TEMPORARY) continue;
            if (started(child, child == failed ? why : ExitReason.SHUTDOWN)) continue;
            if (child.spec.backoff() != null) {
                restart(child, Objects.requireNonNull(child.failure));
            }
            return;
        }
    }

    private List<ModelChild> affected(ModelChild failed) {
        return switch (spec.strategy()) {
            case ONE_FOR_ONE -> List.of(failed);
            case ONE_FOR_ALL -> List.copyOf(children);
            case REST_FOR_ONE ->
                    List.copyOf(children.subList(children.indexOf(failed), children.size()));
        };
    }

    // ---- requests

    String add(ModelSpec child) {
        ModelChild known = find(child.id());
        if (known != null) return known.process != null ? "AlreadyStarted" : "AlreadyPresent";
        var added = new ModelChild(child);
        if (!started(added, null)) return "Failed";
        boolean runs = added.process != null;
        if (runs || child.restart() != Restart.TEMPORARY) children.add(added);
        return runs ? "Ok" : "Ignored";
    }

    String terminate(String id) {
        ModelChild child = find(id);
        if (child == null) return "NOT_FOUND";
        stopped(child);
        child.inARow = 0;
        if (child.spec.restart() == Restart.TEMPORARY) remove(child);
        return "OK";
    }

    String again(String id) {
        ModelChild child = find(id);
        if (child == null) return "NotFound";
        if (child.process != null) return "Running";
        if (child.state == ChildInfo.State.RESTARTING) return "Restarting";
        if (!started(child, null)) return "Failed";
        return child.process == null ? "Ignored" : "Ok";
    }

    String delete(String id) {
        ModelChild child = find(id);
        if (child == null) return "NOT_FOUND";
        if (child.process != null) return "RUNNING";
        if (child.state == ChildInfo.State.RESTARTING) return "RESTARTING";
        remove(child);
        return "OK";
    }
}

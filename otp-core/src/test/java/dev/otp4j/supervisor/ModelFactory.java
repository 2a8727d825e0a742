/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.supervisor.SupervisorReport.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A factory of the model. */
final class ModelFactory extends ModelSupervisor {
    private final List<ModelChild> children = new ArrayList<>();
    private int numbers;

    ModelFactory(
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

    /** All at the same time; one report for each kind of reason. */
    @Override
    void stopChildren() {
        if (children.size() > 1) world.unordered = true;
        var kinds = new TreeMap<String, Integer>();
        var single = new HashMap<String, Runnable>();
        for (ModelChild child : List.copyOf(children)) {
            ExitReason why = stop(child);
            if (why == null) continue;
            kinds.merge(ChildFailure.type(why), 1, Integer::sum);
            single.put(
                    ChildFailure.type(why),
                    () -> world.report(this, Context.SHUTDOWN_ERROR, child.spec.id(), why));
        }
        kinds.forEach(
                (kind, count) -> {
                    if (count > 1) world.log(path, ModelLog.several(count, kind));
                    else Objects.requireNonNull(single.get(kind)).run();
                });
        children.clear();
    }

    @Override
    void restart(ModelChild failed, ExitReason why) {
        if (!tolerates(failed)) return;
        started(failed, why);
    }

    String make() {
        var child = new ModelChild(spec.children().get(0).numbered(++numbers));
        if (!started(child, null)) return "Failed";
        if (child.process == null) return "Failed";
        children.add(child);
        return "Ok";
    }

    String stopChild(String label) {
        for (ModelChild child : List.copyOf(children)) {
            if (!label.equals(child.last)) continue;
            stopped(child);
            remove(child);
            return "true";
        }
        return "false";
    }
}

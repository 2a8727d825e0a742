/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
    void due(ModelChild child, ExitReason why) {
        throw new AssertionError("its children have no delays");
    }

    @Override
    void remove(ModelChild child) {
        children.remove(child);
    }

    /** All at the same time, with one report for each kind of reason, which shows the oldest. */
    @Override
    void stopChildren() {
        if (children.size() > 1) world.unordered = true;
        var oldest = new LinkedHashMap<String, String>();
        var reasons = new HashMap<String, ExitReason>();
        var counts = new HashMap<String, Integer>();
        for (ModelChild child : List.copyOf(children)) {
            ExitReason why = badlyStopped(child);
            if (why == null) continue;
            String kind = ChildFailure.type(why);
            oldest.putIfAbsent(kind, child.spec.id());
            reasons.putIfAbsent(kind, why);
            counts.merge(kind, 1, Integer::sum);
        }
        oldest.forEach(
                (kind, id) ->
                        world.report(
                                this,
                                SupervisorReport.Context.SHUTDOWN_ERROR,
                                ModelLog.several(id, counts.get(kind)),
                                reasons.get(kind)));
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
            return "OK";
        }
        return "NOT_FOUND";
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import java.util.ArrayList;
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
    void remove(ModelChild child) {
        children.remove(child);
    }

    /** All at the same time. */
    @Override
    void stopChildren() {
        if (children.size() > 1) world.unordered = true;
        for (ModelChild child : List.copyOf(children)) stopped(child);
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

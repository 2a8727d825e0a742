/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import org.jspecify.annotations.Nullable;

/** A worker of the model. */
final class ModelWorker extends ModelProcess {
    ModelWorker(
            ModelWorld world,
            ModelSpec spec,
            String path,
            int attempt,
            @Nullable ModelSupervisor parent) {
        super(world, spec, path, attempt, parent);
    }

    @Override
    void stop(Shutdown how) {
        if (!isAlive()) return;
        if (how instanceof Shutdown.BrutalKill) {
            die(ExitReason.KILLED);
        } else if (spec.stubborn()) {
            die(ExitReason.KILLED);
        } else {
            terminates(ExitReason.SHUTDOWN);
        }
    }

    @Override
    void orphaned(ExitReason why) {
        terminates(why);
    }

    @Override
    void signal(ExitReason why) {
        if (why instanceof ExitReason.Kill) {
            die(ExitReason.KILLED);
        } else if (!spec.traps() && !(why instanceof ExitReason.Normal)) {
            die(why);
        }
    }

    /** It ends in order, after its callback if it has one. */
    void terminates(ExitReason why) {
        if (!isAlive()) return;
        if (spec.stubborn()) world.released.add(label());
        else if (spec.traps() && parent != null) world.log(parent.path, "callback of " + label());
        die(why);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import org.jspecify.annotations.Nullable;

/** A process of the model: alive, or dead for a reason. */
abstract class ModelProcess {
    final ModelWorld world;
    final ModelSpec spec;
    final String path;
    final int attempt;
    final @Nullable ModelSupervisor parent;
    @Nullable ExitReason reason;

    ModelProcess(
            ModelWorld world,
            ModelSpec spec,
            String path,
            int attempt,
            @Nullable ModelSupervisor parent) {
        this.world = world;
        this.spec = spec;
        this.path = path;
        this.attempt = attempt;
        this.parent = parent;
    }

    boolean isAlive() {
        return reason == null;
    }

    String label() {
        return path + "#" + attempt;
    }

    /** It is dead from now on, and its supervisor will hear of it. */
    void die(ExitReason why) {
        if (!isAlive()) return;
        reason = why;
        world.died(this, why);
        if (parent != null && parent.isAlive()) parent.inbox.add(new ModelSupervisor.Exited(this));
    }

    /** Its supervisor stops it, and waits until it is dead. */
    abstract void stop(Shutdown how);

    /** Its supervisor has died. */
    abstract void orphaned(ExitReason why);

    /** A stranger, or a link to one, sends an exit signal. */
    abstract void signal(ExitReason why);
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.Started;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which actor is being started, to name it if the start of the whole tree takes too long.
 */
final class StartProgress {
    private volatile @Nullable String current; // written by supervisors, one at a time

    /** Starts an actor, and remembers it while it starts. */
    <D> Started<D> starting(String description, Supplier<Started<D>> start) {
        current = description;
        Started<D> started = start.get();
        current = null;
        return started;
    }

    /** The actor whose start has begun and not ended, or null. */
    @Nullable String current() {
        return current;
    }
}

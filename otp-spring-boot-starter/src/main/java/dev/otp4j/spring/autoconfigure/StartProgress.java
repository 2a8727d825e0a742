/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.Started;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which actor is being started: the one to blame when the whole start takes too long. */
final class StartProgress {
    private volatile @Nullable String current; // written by supervisors, one after another

    /** Starts an actor, and remembers it for as long as that takes. */
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

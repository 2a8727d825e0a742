/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that was started without a wait for its initialiser; see {@link Behavior#begin}.
 *
 * {@snippet :
 * Launched launched = Behavior.begin(new Printer(), options, () -> events.send(new Begun()));
 * launched.outcome().ifPresent(outcome -> …);
 * }
 *
 * <p>Counterpart: a {@code proc_lib:spawn_link/1} whose {@code init_ack} is awaited later.
 *
 * @since 0.1.0
 */
public final class Launched {
    private final ProcessCell cell;
    private final StartCell start;
    private final @Nullable Timer limit;

    Launched(ProcessCell cell, StartCell start, @Nullable Timer limit) {
        this.cell = cell;
        this.start = start;
        this.limit = limit;
    }

    /** {@return the new process, dead or alive} */
    public Pid pid() {
        return cell;
    }

    /** {@return what came of the start} Empty while the initialiser runs. */
    public Optional<Startup> outcome() {
        return Optional.ofNullable((Startup) start.outcome());
    }

    /** Says that the outcome was taken: the time limit is not needed any more. */
    public void taken() {
        if (limit != null) limit.cancel();
    }
}

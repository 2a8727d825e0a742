/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.Lane;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * A process, linked to its courier, that makes requests one after another. It reports the end of
 * each with an {@link Ended}, and its own end with an {@link Over}: after the last request, after
 * one without success, when it was told to stop, or before a request for a subscription that was
 * changed meanwhile.
 *
 * @param due what to deliver, in order
 * @param done how many of them have ended, as far as the courier knows
 * @param stop set by the courier, and read by the process before each further request
 */
record Run(Pid process, List<Due> due, int done, AtomicBoolean stop) {

    /**
     * Starts a run.
     *
     * @param current whether the subscription is still as it is in {@code due}; asked before each
     *     request, so that a change that was answered counts for each request that begins later
     */
    static Run start(
            List<Due> due,
            BooleanSupplier current,
            WebhookSender sender,
            Lane lane,
            Subject<CourierMessage> ends) {
        var stop = new AtomicBoolean();
        BooleanSupplier goesOn = () -> !stop.get() && current.getAsBoolean();
        Pid process = Processes.spawn(() -> deliver(due, goesOn, sender, lane, ends));
        return new Run(process, due, 0, stop);
    }

    private static void deliver(
            List<Due> all,
            BooleanSupplier goesOn,
            WebhookSender sender,
            Lane lane,
            Subject<CourierMessage> ends) {
        Pid self = Processes.self();
        boolean goOn = true;
        for (int n = 0; goOn && n < all.size() && goesOn.getAsBoolean(); n++) {
            long start = System.nanoTime();
            lane.requesting();
            Answer answer = sender.send(all.get(n));
            goOn = answer instanceof Answer.Status status && status.isSuccess();
            lane.answered(goOn);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            ends.send(new Ended(self, n, answer, took));
        }
        ends.send(new Over(self));
    }

    /** {@return the run after a request has ended} */
    Run after(Ended ended) {
        return new Run(process, due, ended.index() + 1, stop);
    }

    /** {@return the delivery that is on its way, or comes next; empty if all have ended} */
    Optional<Due> next() {
        return done < due.size() ? Optional.of(due.get(done)) : Optional.empty();
    }

    /** Asks the process to end after the request that it is making. */
    void finish() {
        stop.set(true);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.Lane;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process, linked to its courier, that makes requests one after another. It reports the end of
 * each with an {@link Ended}, and its own end with an {@link Over}: after the last request, after
 * one without success, or when it was told to stop.
 *
 * @param due what to deliver, in order
 * @param stop set by the courier, and read by the process before each further request
 */
record Run(Pid process, List<Due> due, AtomicBoolean stop) {

    static Run start(List<Due> due, WebhookSender sender, Lane lane, Subject<CourierMessage> ends) {
        var stop = new AtomicBoolean();
        return new Run(Processes.spawn(() -> deliver(due, sender, lane, ends, stop)), due, stop);
    }

    private static void deliver(
            List<Due> all,
            WebhookSender sender,
            Lane lane,
            Subject<CourierMessage> ends,
            AtomicBoolean stop) {
        Pid self = Processes.self();
        boolean goOn = true;
        for (int n = 0; goOn && n < all.size(); n++) {
            lane.requesting();
            Answer answer = sender.send(all.get(n));
            goOn = answer instanceof Answer.Status status && status.isSuccess();
            lane.answered(goOn);
            ends.send(new Ended(self, n, answer));
            goOn &= !stop.get();
        }
        ends.send(new Over(self));
    }

    /** Asks the process to end after the request that it is making. */
    void finish() {
        stop.set(true);
    }
}

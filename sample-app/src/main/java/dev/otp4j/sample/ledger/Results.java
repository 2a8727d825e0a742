/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.ResultMessage.Force;
import dev.otp4j.sample.ledger.ResultMessage.Note;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Stores the results of attempts: all that wait in one transaction. It has a queue and a lock of
 * its own, so that results never wait behind events that come in.
 *
 * <p>A result that a power failure takes away leads to a repeated delivery and to nothing worse. So
 * results are not forced to the disk one by one, but soon.
 */
@SupervisedActor(order = 1, batches = Results.BATCH)
class Results implements Actor<Results.State, ResultMessage> {
    static final int BATCH = 4_096;

    /** How long a result may be committed without being forced to the disk. */
    private static final Duration FORCE = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(Results.class);

    /**
     * @param forcing whether a message to force is on its way
     */
    record State(Subject<ResultMessage> self, boolean forcing) {}

    private final ResultStore store;

    Results(ResultStore store) {
        this.store = store;
    }

    @Override
    public State init(Subject<ResultMessage> self) {
        return new State(self, false);
    }

    @Override
    public Next<State, ResultMessage> onMessage(State state, ResultMessage message) {
        return onMessages(state, List.of(message));
    }

    @Override
    public Next<State, ResultMessage> onMessages(State state, List<ResultMessage> messages) {
        List<Note> notes =
                messages.stream().filter(Note.class::isInstance).map(Note.class::cast).toList();
        boolean forcing = state.forcing();
        if (!notes.isEmpty()) {
            note(notes);
            if (!forcing) state.self().sendAfter(FORCE, new Force());
            forcing = true;
        }
        if (messages.stream().anyMatch(Force.class::isInstance)) {
            force();
            forcing = false;
        }
        return Next.continueWith(new State(state.self(), forcing));
    }

    private void note(List<Note> notes) {
        try {
            Map<String, Progress> progress = store.note(notes);
            for (Note each : notes) {
                Progress now = progress.get(each.subscriptionId());
                each.replyTo().trySend(new Noted(each.number(), true, now));
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("the results of attempts cannot be stored: the database failed", e);
            for (Note each : notes) each.replyTo().trySend(new Noted(each.number(), false, null));
        }
    }

    private void force() {
        try {
            store.force();
        } catch (DataAccessException e) {
            LOG.warn("the results of attempts cannot be forced to the disk", e);
        }
    }
}

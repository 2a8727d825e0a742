/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.ResultMessage.Force;
import dev.otp4j.sample.ledger.ResultMessage.Note;
import dev.otp4j.sample.ledger.ResultMessage.Write;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionException;

/**
 * Stores the results of attempts: all that wait in one transaction. It has a queue and a lock of
 * its own, so that results never wait behind events that come in.
 *
 * <p>After a transaction, results gather for a moment: couriers go on meanwhile, and fewer
 * transactions for the same results leave the processor to them. A result that a kill or a power
 * failure takes away leads to a repeated delivery and to nothing worse. So results are not forced
 * to the disk one by one, but soon.
 */
@SupervisedActor(order = 1, batches = Results.BATCH)
class Results implements Actor<Results.State, ResultMessage> {
    static final int BATCH = 4_096;

    /** How long after a transaction the next one begins at the earliest. */
    private static final Duration GATHER = Duration.ofMillis(20);

    /** How long a result may be committed without being forced to the disk. */
    private static final Duration FORCE = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(Results.class);

    /**
     * What the actor keeps in memory.
     *
     * @param waiting requests whose results are not stored; a message to write is on its way if
     *     there are any
     * @param wroteAt when the last transaction ended, as {@link System#nanoTime} counts
     * @param forcing whether a message to force is on its way
     */
    record State(Subject<ResultMessage> self, List<Note> waiting, long wroteAt, boolean forcing) {
        Duration untilNext() {
            return GATHER.minusNanos(System.nanoTime() - wroteAt);
        }
    }

    private final ResultStore store;

    Results(ResultStore store) {
        this.store = store;
    }

    @Override
    public State init(Subject<ResultMessage> self) {
        return new State(self, List.of(), System.nanoTime() - GATHER.toNanos(), false);
    }

    @Override
    public Next<State, ResultMessage> onMessage(State state, ResultMessage message) {
        return onMessages(state, List.of(message));
    }

    @Override
    public Next<State, ResultMessage> onMessages(State state, List<ResultMessage> messages) {
        State next = gathered(state, messages);
        Duration left = next.untilNext();
        boolean due = has(messages, Write.class) || !left.isPositive();
        if (due) next = written(next);
        else if (state.waiting().isEmpty() && !next.waiting().isEmpty()) {
            state.self().sendAfter(left, new Write());
        }
        return Next.continueWith(has(messages, Force.class) ? forced(next) : next);
    }

    private static boolean has(List<ResultMessage> messages, Class<?> kind) {
        return messages.stream().anyMatch(kind::isInstance);
    }

    private static State gathered(State state, List<ResultMessage> messages) {
        var waiting = new ArrayList<Note>(state.waiting());
        for (ResultMessage each : messages) if (each instanceof Note note) waiting.add(note);
        return new State(state.self(), waiting, state.wroteAt(), state.forcing());
    }

    private State written(State state) {
        if (state.waiting().isEmpty()) return state;
        note(state.waiting());
        if (!state.forcing()) state.self().sendAfter(FORCE, new Force());
        return new State(state.self(), List.of(), System.nanoTime(), true);
    }

    private State forced(State state) {
        force();
        return new State(state.self(), state.waiting(), state.wroteAt(), false);
    }

    private void note(List<Note> notes) {
        try {
            Map<String, Progress> progress = store.note(notes);
            for (Note each : notes) {
                Progress now = progress.get(each.subscriptionId());
                each.replyTo().trySend(new Noted(each.number(), true, now));
            }
        } catch (DataIntegrityViolationException e) {
            noteHalves(notes, e);
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("the results of attempts cannot be stored: the database failed", e);
            refuse(notes);
        }
    }

    /** The results of one subscription are at fault: those of the others are stored. */
    private void noteHalves(List<Note> notes, DataIntegrityViolationException e) {
        List<String> ids = notes.stream().map(Note::subscriptionId).distinct().toList();
        if (ids.size() == 1) {
            LOG.error(
                    "the results of subscription {} violate a constraint of the database and cannot be stored",
                    ids.getFirst(),
                    e);
            refuse(notes);
            return;
        }
        var half = Set.copyOf(ids.subList(0, ids.size() / 2));
        notes.stream()
                .collect(Collectors.partitioningBy(note -> half.contains(note.subscriptionId())))
                .values()
                .forEach(this::note);
    }

    private static void refuse(List<Note> notes) {
        for (Note each : notes) each.replyTo().trySend(new Noted(each.number(), false, null));
    }

    private void force() {
        try {
            store.force();
        } catch (DataAccessException e) {
            LOG.warn("the results of attempts cannot be forced to the disk", e);
        }
    }
}

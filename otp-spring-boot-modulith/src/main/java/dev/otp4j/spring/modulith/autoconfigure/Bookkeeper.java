/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.Subject;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.modulith.events.core.EventPublicationRegistry;
import org.springframework.modulith.events.core.EventPublicationRepository;

/**
 * Stores the outcomes of a target's attempts, one after another, so with one connection at most.
 * While the database cannot be reached it tries each again, until the attempt counts as lost.
 */
final class Bookkeeper implements StatefulActor<Bookkeeper.Entry> {
    private static final Log LOG = LogFactory.getLog(Bookkeeper.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** What is to be stored. */
    sealed interface Entry {
        /** The outcome of an attempt: handled, if there is no failure. */
        record Mark(Attempt attempt, @Nullable Throwable failure) implements Entry {}

        /** An attempt was not made. Any instance may make it now. */
        record GiveBack(Attempt attempt) implements Entry {}
    }

    /** Where outcomes are stored. */
    record Books(
            EventPublicationRegistry registry,
            EventPublicationRepository repository,
            Publications publications,
            Clock clock) {}

    private final TargetDesk<?> desk;
    private final Books books;
    private Subject<Entry> self;
    private boolean failing;

    Bookkeeper(TargetDesk<?> desk, Books books) {
        this.desk = desk;
        this.books = books;
        this.self = desk.bookkeeper.subject();
    }

    @Override
    public void started(Subject<Entry> subject) {
        self = subject;
    }

    @Override
    public Step handle(Entry entry) {
        switch (entry) {
            case Entry.Mark mark -> mark(mark);
            case Entry.GiveBack(Attempt attempt) -> giveBack(attempt);
        }
        return Step.KEEP;
    }

    private void giveBack(Attempt attempt) {
        Publication claimed = attempt.claimed();
        try {
            if (claimed != null) books.publications.giveBack(claimed);
            else failFirst(attempt);
        } catch (RuntimeException unavailable) {
            LOG.debug(
                    "durable target '%s' could not store that an attempt was not made; the event is tried again when the attempt counts as lost"
                            .formatted(desk.name()),
                    unavailable);
        }
    }

    private void mark(Entry.Mark mark) {
        try {
            store(mark);
            failing = false;
        } catch (RuntimeException unavailable) {
            if (!desk.isLost(mark.attempt(), System.nanoTime())) {
                report(unavailable);
                self.sendAfter(PAUSE, mark);
                return;
            }
            LOG.warn(
                    "durable target '%s' could not store the outcome of event %s within 'otp.durable-delivery.staleness' (%s): the attempt counts as lost"
                            .formatted(
                                    desk.name(),
                                    event(mark.attempt()),
                                    desk.settings().staleness()),
                    unavailable);
        }
        desk.dispatcher.subject().send(new Dispatcher.Message.Marked(mark.attempt()));
        count(mark);
    }

    private void store(Entry.Mark mark) {
        Attempt attempt = mark.attempt();
        Publication claimed = attempt.claimed();
        if (mark.failure() == null) {
            if (claimed == null) books.registry.markCompleted(attempt.event(), desk.identifier());
            else books.repository.markCompleted(claimed.id(), books.clock.instant());
        } else if (claimed != null) {
            books.publications.fail(claimed);
        } else {
            failFirst(attempt);
        }
    }

    /** Not guarded by the row's state: another instance may have a lost attempt already. */
    private void failFirst(Attempt attempt) {
        if (desk.isLost(attempt, System.nanoTime())) return;
        books.registry.markFailed(attempt.event(), desk.identifier());
    }

    private void count(Entry.Mark mark) {
        Throwable failure = mark.failure();
        if (failure == null) {
            desk.tally.handled.incrementAndGet();
            return;
        }
        desk.tally.failed.incrementAndGet();
        Throwable cause = unwrapped(failure);
        desk.tally.lastFailure = cause.getClass().getName();
        int most = desk.settings().maxAttempts();
        int number = mark.attempt().number();
        String text =
                "durable target '%s' failed to handle event %s, %s"
                        .formatted(desk.name(), event(mark.attempt()), desk.count(number));
        if (number < most) LOG.warn(text + ": " + cause);
        else LOG.error(text, cause);
    }

    /** Id and class of the event, for texts. */
    private String event(Attempt attempt) {
        Object event = attempt.event();
        return "%s (%s)".formatted(desk.idText(event), event.getClass().getName());
    }

    private void report(RuntimeException unavailable) {
        if (failing) return;
        failing = true;
        LOG.warn(
                "durable target '%s' cannot store outcomes; it tries again every %s"
                        .formatted(desk.name(), PAUSE),
                unavailable);
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    @Override
    public Object snapshot() {
        return failing ? "the database cannot be written" : "stores outcomes";
    }
}

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
 * While the database cannot be asked it tries each again, until the attempt counts as lost.
 */
final class Bookkeeper implements StatefulActor<Bookkeeper.Entry> {
    private static final Log LOG = LogFactory.getLog(Bookkeeper.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** What is to be stored. */
    sealed interface Entry {
        /** The outcome of an attempt: handled, if there is no failure. */
        record Mark(Attempt attempt, @Nullable Throwable failure) implements Entry {}

        /** A claimed attempt was not made. */
        record GiveBack(Publication claimed) implements Entry {}
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
            case Entry.GiveBack(Publication claimed) -> giveBack(claimed);
        }
        return Step.KEEP;
    }

    private void giveBack(Publication claimed) {
        try {
            books.publications.giveBack(claimed);
        } catch (RuntimeException unavailable) {
            LOG.debug("an attempt counts although it was not made", unavailable);
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
            LOG.warn("An outcome of '%s' was not stored".formatted(desk.name()), unavailable);
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
        } else if (!desk.isLost(attempt, System.nanoTime())) {
            // Not guarded by the row's state: another instance may have a lost attempt already.
            books.registry.markFailed(attempt.event(), desk.identifier());
        }
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
                "'%s' has not handled an event of %s with the id %s: attempt %d of %d"
                        .formatted(
                                desk.name(),
                                mark.attempt().event().getClass().getName(),
                                desk.idText(mark.attempt().event()),
                                number,
                                most);
        if (number < most) LOG.warn(text + ": " + cause);
        else LOG.error(text + "; it is given up", cause);
    }

    private void report(RuntimeException unavailable) {
        if (failing) return;
        failing = true;
        LOG.warn(
                "Outcomes of '%s' cannot be stored, trying again each %s"
                        .formatted(desk.name(), PAUSE),
                unavailable);
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    @Override
    public Object snapshot() {
        return failing ? "the database cannot be asked" : "stores outcomes";
    }
}

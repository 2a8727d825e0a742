/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.LedgerMessage.Change;
import dev.otp4j.sample.ledger.LedgerMessage.Replay;
import dev.otp4j.sample.ledger.LedgerMessage.Reply;
import dev.otp4j.sample.ledger.LedgerMessage.Rotate;
import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.sample.ledger.LedgerMessage.Subscribe;
import dev.otp4j.sample.ledger.LedgerMessage.Sweep;
import dev.otp4j.sample.ledger.LedgerMessage.Unsubscribe;
import dev.otp4j.spring.SupervisedActor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionException;

/**
 * Makes the changes that come in over HTTP. All requests that wait are one transaction: the ledger
 * commits them, forces them to the disk, publishes the news and replies. Then it takes the requests
 * that have come meanwhile. If the database fails, the ledger replies with a failure and does not
 * crash, because a restart would not repair the database.
 */
@SupervisedActor(order = 1, batches = Ledger.BATCH, mailbox = "1000 reject")
class Ledger implements Actor<Long, LedgerMessage> {
    static final int BATCH = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final LedgerStore store;
    private final Subject<News> listener;

    Ledger(LedgerStore store, Subject<News> listener) {
        this.store = store;
        this.listener = listener;
    }

    /** The state is the number of requests handled; tools can show it. */
    @Override
    public Long init(Subject<LedgerMessage> self) {
        return 0L;
    }

    @Override
    public Next<Long, LedgerMessage> onMessage(Long handled, LedgerMessage request) {
        return onMessages(handled, List.of(request));
    }

    @Override
    public Next<Long, LedgerMessage> onMessages(Long handled, List<LedgerMessage> requests) {
        make(requests, new HashSet<>());
        return Next.continueWith(handled + requests.size());
    }

    private void make(List<LedgerMessage> requests, Set<Ticket> begun) {
        try {
            List<Made> made = store.make(requests, begun);
            made.stream()
                    .flatMap(each -> each.news().stream())
                    .distinct()
                    .forEach(listener::trySend);
            made.forEach(each -> each.answer().run());
        } catch (DataIntegrityViolationException e) {
            // one of them is at fault: with each alone, the others are made
            if (requests.size() == 1) failed(requests, e);
            else requests.forEach(each -> make(List.of(each), begun));
        } catch (DataAccessException | TransactionException e) {
            failed(requests, e);
        }
    }

    private static void failed(List<LedgerMessage> requests, RuntimeException e) {
        LOG.warn("the ledger could not make {} changes: the database failed", requests.size(), e);
        requests.forEach(each -> refuse(each, String.valueOf(e.getMessage())));
    }

    private static void refuse(LedgerMessage request, String why) {
        switch (request) {
            case Store store -> store.replyTo().send(new Reply.Failed<>(why));
            case Subscribe subscribe -> subscribe.replyTo().send(new Reply.Failed<>(why));
            case Unsubscribe unsubscribe -> unsubscribe.replyTo().send(new Reply.Failed<>(why));
            case Change change -> change.replyTo().send(new Reply.Failed<>(why));
            case Rotate rotate -> rotate.replyTo().send(new Reply.Failed<>(why));
            case Replay replay -> replay.replyTo().send(new Reply.Failed<>(why));
            case Sweep sweep -> sweep.replyTo().send(new Reply.Failed<>(why));
        }
    }
}

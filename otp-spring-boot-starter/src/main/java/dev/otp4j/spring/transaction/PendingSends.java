/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.transaction;

import dev.otp4j.process.Subject;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The messages that wait for the commit of one transaction. Used by the thread of the transaction;
 * {@code afterCompletion} may run on another thread, after all the rest.
 *
 * <p>It sends when the transaction is completed, and not already in {@code afterCommit}: an
 * exception of another synchronization would keep {@code afterCommit} from being called.
 */
final class PendingSends implements TransactionSynchronization {
    private static final Log LOG = LogFactory.getLog(AfterCommit.class);

    private record Pending(Subject<?> receiver, Class<?> type, Runnable send) {}

    private final List<Pending> pending = new ArrayList<>();

    /**
     * How many messages were pending at each savepoint. One that is not here is older than this.
     */
    private final Map<Object, Integer> savepoints = new IdentityHashMap<>();

    private PendingSends() {}

    /** The messages of the current transaction. */
    static PendingSends current() {
        for (var known : TransactionSynchronizationManager.getSynchronizations()) {
            if (known instanceof PendingSends sends) return sends;
        }
        var sends = new PendingSends();
        TransactionSynchronizationManager.registerSynchronization(sends);
        return sends;
    }

    <M> void add(Subject<M> receiver, M message) {
        pending.add(new Pending(receiver, message.getClass(), receiver.prepare(message)));
    }

    @Override
    public void savepoint(Object savepoint) {
        savepoints.put(savepoint, pending.size());
    }

    @Override
    public void savepointRollback(Object savepoint) {
        int kept = savepoints.getOrDefault(savepoint, 0);
        if (kept >= pending.size()) return;
        pending.subList(kept, pending.size()).clear();
        savepoints.replaceAll((later, size) -> Math.min(size, kept));
    }

    @Override
    public void afterCompletion(int status) {
        if (status == STATUS_COMMITTED) pending.forEach(PendingSends::send);
        else if (status == STATUS_UNKNOWN) reportUnknown();
    }

    private static void send(Pending next) {
        try {
            next.send.run();
        } catch (Throwable failure) {
            String text =
                    "The transaction has committed, but its message of type %s was not sent to %s";
            LOG.error(text.formatted(next.type.getName(), next.receiver), failure);
        }
    }

    private void reportUnknown() {
        if (pending.isEmpty()) return;
        String text =
                "The outcome of a transaction is unknown. Its %d messages were not sent; the first one is of type %s, to %s";
        Pending first = pending.getFirst();
        LOG.error(text.formatted(pending.size(), first.type.getName(), first.receiver));
    }
}

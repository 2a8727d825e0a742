/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.function.LongFunction;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transactions that hold a lock, and what makes a commit last. All of it runs on threads that no
 * kill interrupts.
 */
@DependsOnDatabaseInitialization
@Component
class Database {
    /** A row that a transaction locks for as long as it runs. */
    enum Lock {
        /** Held by changes that came in over HTTP, and by the sweep. */
        HEAD(1),
        /** Held by writes of results. */
        RESULTS(2);

        private final int row;

        Lock(int row) {
            this.row = row;
        }
    }

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Writes writes;
    private final boolean h2;

    Database(DataSource source, PlatformTransactionManager transactions, Writes writes) {
        this.jdbc = new JdbcTemplate(source);
        this.transaction = new TransactionTemplate(transactions);
        this.writes = writes;
        this.h2 = "H2".equals(product(source));
    }

    private static String product(DataSource source) {
        try {
            return JdbcUtils.extractDatabaseMetaData(
                    source, metaData -> metaData.getDatabaseProductName());
        } catch (MetaDataAccessException e) {
            throw new IllegalStateException("cannot read the product name of the database", e);
        }
    }

    JdbcTemplate jdbc() {
        return jdbc;
    }

    /**
     * Runs a transaction that holds a lock. The work gets the number in the locked row: for {@link
     * Lock#HEAD}, the position of the last event.
     */
    <R> R locking(Lock lock, LongFunction<R> work) {
        return UninterruptedWork.run(() -> writes.run(lock, () -> inTransaction(lock, work)));
    }

    /**
     * As {@link #locking}, and forces the commit to the disk.
     *
     * @param afterwards runs after that, also if the caller was killed
     */
    <R> R forcing(Lock lock, LongFunction<R> work, Runnable afterwards) {
        return UninterruptedWork.run(
                () -> {
                    R result = writes.run(lock, () -> inTransactionForced(lock, work));
                    afterwards.run();
                    return result;
                });
    }

    private <R> R inTransactionForced(Lock lock, LongFunction<R> work) {
        R result = inTransaction(lock, work);
        forceNow();
        return result;
    }

    @SuppressWarnings("NullAway") // neither callback returns null
    private <R> R inTransaction(Lock lock, LongFunction<R> work) {
        return transaction.execute(
                status ->
                        work.apply(
                                jdbc.queryForObject(
                                        "SELECT position FROM ledger_head WHERE id = ? FOR UPDATE",
                                        Long.class,
                                        lock.row)));
    }

    /** Reads. */
    <R> R reading(Supplier<R> work) {
        return UninterruptedWork.run(work);
    }

    /** Forces to the disk what was committed. */
    void force() {
        UninterruptedWork.run(
                () -> {
                    forceNow();
                    return true;
                });
    }

    /**
     * A commit of H2 is in the memory of this process until H2 writes it, which this statement has
     * it do, and then forces the file. PostgreSQL forces each commit ({@code synchronous_commit}).
     */
    private void forceNow() {
        if (h2) jdbc.execute("CHECKPOINT SYNC");
    }
}

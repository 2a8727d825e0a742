/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import java.time.Duration;
import java.util.Optional;

/**
 * Where leases are stored, for all instances of an application. {@link JdbcLeaseStore} is the
 * implementation for a database; others may be written.
 *
 * {@snippet :
 * LeaseStore store = JdbcLeaseStore.of(() -> DriverManager.getConnection(url, user, password));
 * try (LeaseKeeper keeper = LeaseKeeper.builder(store).instance("host-a").build()) {
 *     run(keeper);
 * }
 * }
 *
 * <p>What an implementation has to promise:
 *
 * <ul>
 *   <li>{@link Session#insert} and {@link Session#replace} are atomic, and seen by each later read
 *       of each instance: reads do not go to a replica that lags behind.
 *   <li>What has succeeded is durable: after a crash of the store, or a fail-over to another copy
 *       of it, a row is not older than before. Otherwise tokens go back.
 *   <li>A row is never removed.
 *   <li>An outcome that is not known is an exception. The write may then have happened, or may
 *       happen later.
 * </ul>
 *
 * <p>No clock of the store is used.
 *
 * @since 0.1.0
 */
public interface LeaseStore {
    /**
     * Opens a session. It must not share a pool with the application: an exhausted pool would make
     * every lease run out.
     *
     * @param callLimit a call that takes longer than this should fail, if the store can do that; a
     *     call that never returns keeps this instance from winning a lease again
     * @throws Exception if the store cannot be reached; it is tried again after a while
     */
    Session open(Duration callLimit) throws Exception;

    /**
     * A connection to the store. One thread uses it, but for {@link #abort}. After an exception it
     * is closed and not used again.
     */
    interface Session extends AutoCloseable {
        /** {@return the row of a lease, or empty if there was never one} */
        Optional<LeaseRow> read(String name) throws Exception;

        /**
         * Stores the first row of a lease.
         *
         * @return false if there is a row of that name; it is left as it is
         */
        boolean insert(LeaseRow first) throws Exception;

        /**
         * Puts a row in the place of another one, if that has not been changed: if name, token and
         * beat are those of {@code expected}.
         *
         * @return false if the row has been changed; it is left as it is
         */
        boolean replace(LeaseRow expected, LeaseRow next) throws Exception;

        /**
         * Ends a call that another thread makes and that does not return, if that is possible; the
         * call then fails. Any thread may call this, once; it may block. By default it does
         * nothing.
         */
        default void abort() throws Exception {}

        /** Closes it, also if it is broken. */
        @Override
        void close();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import java.util.List;
import java.util.UUID;

/**
 * Shows what becomes of the events of {@linkplain DurableTarget durable targets}, and delivers
 * again what was given up. A bean of this type is there if the application has an event publication
 * registry with JDBC.
 *
 * <p>May be used from any thread.
 *
 * @since 0.1.0
 */
public interface DurableDelivery {
    /** {@return the targets of this application, by name} Does not ask the database. */
    List<TargetInfo> targets();

    /**
     * Publications that were given up after their last attempt, the oldest first. Asks the
     * database.
     *
     * @param target name of a target
     * @param limit how many at most; positive
     * @throws IllegalArgumentException if there is no such target
     * @throws org.springframework.dao.DataAccessException if the database cannot be reached
     */
    List<GivenUp> givenUp(String target, int limit);

    /**
     * Delivers a publication again that was given up, with all attempts anew. It is sent when an
     * instance of the application next looks, mostly within a second.
     *
     * @return false if there is no such publication, or it was not given up
     * @throws org.springframework.dao.DataAccessException if the database cannot be reached
     */
    boolean resubmit(UUID publication);

    /**
     * {@link #resubmit(UUID)}, if it is a publication of that target.
     *
     * @return false if the target has no such publication, or it was not given up
     * @throws IllegalArgumentException if there is no such target
     * @throws org.springframework.dao.DataAccessException if the database cannot be reached
     */
    boolean resubmit(String target, UUID publication);

    /**
     * Delivers all publications of a target again that were given up, as {@link #resubmit(UUID)}.
     *
     * @return how many there were
     * @throws IllegalArgumentException if there is no such target
     * @throws org.springframework.dao.DataAccessException if the database cannot be reached
     */
    int resubmitAll(String target);
}

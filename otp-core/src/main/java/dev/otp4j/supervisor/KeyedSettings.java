/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Vacancy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a keyed factory, which never change. Each method that changes a setting returns
 * new ones.
 *
 * @param tolerance how many restarts of all keys together are tolerated; null for the default
 * @param perKey how many restarts of each key are tolerated; null if they all count together
 * @param startLimit how long an initialiser may take; null if the builder of the actor says it
 * @param passivateAfter how long a process may be idle; null if it may be so for ever
 * @param whileVacant what happens to messages for a key without a process; null for the default
 */
record KeyedSettings(
        ChildTerms terms,
        @Nullable Tolerance tolerance,
        @Nullable Tolerance perKey,
        int maxChildren,
        int parallelStarts,
        @Nullable Duration startLimit,
        @Nullable Duration passivateAfter,
        @Nullable Vacancy whileVacant) {

    static KeyedSettings defaults() {
        var terms =
                new ChildTerms(
                        ChildType.WORKER,
                        Restart.TRANSIENT,
                        new Shutdown.After(ChildSpecification.DEFAULT_SHUTDOWN));
        return new KeyedSettings(
                terms,
                null,
                null,
                Integer.MAX_VALUE,
                KeyedFactory.DEFAULT_PARALLEL_STARTS,
                null,
                null,
                null);
    }

    KeyedSettings terms(ChildTerms changed) {
        return new KeyedSettings(
                changed,
                tolerance,
                perKey,
                maxChildren,
                parallelStarts,
                startLimit,
                passivateAfter,
                whileVacant);
    }

    KeyedSettings tolerance(@Nullable Tolerance ofAll) {
        return new KeyedSettings(
                terms,
                ofAll,
                perKey,
                maxChildren,
                parallelStarts,
                startLimit,
                passivateAfter,
                whileVacant);
    }

    KeyedSettings perKey(@Nullable Tolerance ofEach) {
        return new KeyedSettings(
                terms,
                tolerance,
                ofEach,
                maxChildren,
                parallelStarts,
                startLimit,
                passivateAfter,
                whileVacant);
    }

    KeyedSettings maxChildren(int limit) {
        return new KeyedSettings(
                terms,
                tolerance,
                perKey,
                limit,
                parallelStarts,
                startLimit,
                passivateAfter,
                whileVacant);
    }

    KeyedSettings parallelStarts(int most) {
        return new KeyedSettings(
                terms,
                tolerance,
                perKey,
                maxChildren,
                most,
                startLimit,
                passivateAfter,
                whileVacant);
    }

    KeyedSettings startLimit(Duration limit) {
        return new KeyedSettings(
                terms,
                tolerance,
                perKey,
                maxChildren,
                parallelStarts,
                limit,
                passivateAfter,
                whileVacant);
    }

    KeyedSettings passivateAfter(Duration idle) {
        return new KeyedSettings(
                terms,
                tolerance,
                perKey,
                maxChildren,
                parallelStarts,
                startLimit,
                idle,
                whileVacant);
    }

    KeyedSettings whileVacant(Vacancy vacancy) {
        return new KeyedSettings(
                terms,
                tolerance,
                perKey,
                maxChildren,
                parallelStarts,
                startLimit,
                passivateAfter,
                vacancy);
    }

    /** The tolerance that a failure of a key counts against. */
    Tolerance counted() {
        if (perKey != null) return perKey;
        return tolerance == null ? Tolerance.DEFAULT : tolerance;
    }

    /**
     * Refuses what contradicts itself.
     *
     * @param factory names the factory at the beginning of the message
     */
    void check(String factory) {
        if (tolerance != null && perKey != null) {
            throw new IllegalArgumentException(
                    "%s has 'restartTolerance' (%d in %s) and 'tolerancePerKey' (%d in %s), but only one of them can apply: remove one"
                            .formatted(
                                    factory,
                                    tolerance.intensity(),
                                    tolerance.period(),
                                    perKey.intensity(),
                                    perKey.period()));
        }
        terms.check("the key template of " + factory, counted());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.lease.LeaseStore.Session;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each store of leases promises. */
@Timeout(60)
abstract class LeaseStoreContract {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    final String name = "lease-" + UUID.randomUUID();
    final LeaseRow first = new LeaseRow(name, 1, 1, "host-a", Duration.ofSeconds(10), 0);

    /** A store whose table exists. */
    abstract JdbcLeaseStore store() throws Exception;

    @Test
    void readsWhatItHasStored() throws Exception {
        try (Session session = store().open(LIMIT)) {
            assertThat(session.read(name)).isEmpty();
            assertThat(session.insert(first)).isTrue();
            assertThat(session.read(name)).contains(first);
            LeaseRow free = first.released(Duration.ofMillis(1500), 2);
            assertThat(session.replace(first, free)).isTrue();
            assertThat(session.read(name)).contains(free);
        }
    }

    @Test
    void insertsNoSecondRow() throws Exception {
        try (Session session = store().open(LIMIT)) {
            session.insert(first);
            LeaseRow other = new LeaseRow(name, 1, 1, "host-b", Duration.ofSeconds(1), 0);

            assertThat(session.insert(other)).isFalse();
            assertThat(session.read(name)).contains(first);
        }
    }

    @Test
    @Rule("LE-02")
    void replacesOnlyTheRowThatWasRead() throws Exception {
        try (Session session = store().open(LIMIT)) {
            session.insert(first);
            LeaseRow second = first.taken("host-b", Duration.ofSeconds(10));
            assertThat(session.replace(first, second)).isTrue();

            assertThat(session.replace(first, first.renewed())).isFalse();
            assertThat(session.replace(second.renewed(), first)).isFalse();
            assertThat(session.read(name)).contains(second);
        }
    }

    @Test
    @Rule("LE-02")
    void oneOfManyWins() throws Exception {
        for (int round = 0; round < 20; round++) {
            String fresh = name + "-" + round;
            LeaseRow row = new LeaseRow(fresh, 1, 1, "host", Duration.ofSeconds(1), 0);
            assertThat(winners(session -> session.insert(row))).isEqualTo(1);
            LeaseRow taken = row.taken("next", Duration.ofSeconds(1));
            assertThat(winners(session -> session.replace(row, taken))).isEqualTo(1);
        }
    }

    private interface Attempt {
        boolean succeeds(Session session) throws Exception;
    }

    private long winners(Attempt attempt) throws Exception {
        var barrier = new CyclicBarrier(4);
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> one =
                    () -> {
                        try (Session session = store().open(LIMIT)) {
                            barrier.await();
                            return attempt.succeeds(session);
                        }
                    };
            return IntStream.range(0, 4).mapToObj(i -> threads.submit(one)).toList().stream()
                    .filter(LeaseStoreContract::get)
                    .count();
        }
    }

    private static boolean get(Future<Boolean> outcome) {
        try {
            return outcome.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void severalInstancesCreateTheTableAtTheSameTime() throws Exception {
        for (int round = 0; round < 30; round++) createAtTheSameTime();
    }

    private void createAtTheSameTime() throws Exception {
        String table = "lease_" + UUID.randomUUID().toString().replace('-', '_');
        JdbcLeaseStore store = store().table(table);
        var barrier = new CyclicBarrier(4);
        Callable<Boolean> creator =
                () -> {
                    barrier.await();
                    store.initializeSchema();
                    return true;
                };
        try (var threads = Executors.newFixedThreadPool(4)) {
            assertThat(threads.invokeAll(Collections.nCopies(4, creator)))
                    .allMatch(LeaseStoreContract::get);
        }
        try (Session session = store.open(LIMIT)) {
            assertThat(session.read(name)).isEqualTo(Optional.empty());
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.sample.ledger.Database.Lock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

class WritesTests {
    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
    private final Writes writes = new Writes(nanoTime::get);

    private void passes(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }

    private void fails(Lock kind) {
        RuntimeException failure =
                new DataAccessResourceFailureException(
                        "commit", new IllegalStateException("disk full\nat block 7"));
        assertThatThrownBy(
                        () ->
                                writes.run(
                                        kind,
                                        () -> {
                                            throw failure;
                                        }))
                .isSameAs(failure);
    }

    @Test
    void oneFailureMeansNothing() {
        fails(Lock.RESULTS);
        passes(Duration.ofSeconds(60));

        assertThat(writes.failure(Lock.RESULTS)).isEmpty();
    }

    @Test
    void failuresForTenSecondsAreToldWithTheirCause() {
        fails(Lock.RESULTS);
        passes(Duration.ofSeconds(9));
        fails(Lock.RESULTS);
        assertThat(writes.failure(Lock.RESULTS)).isEmpty();
        passes(Duration.ofSeconds(1));
        fails(Lock.RESULTS);

        assertThat(writes.failure(Lock.RESULTS))
                .hasValue("all writes of the last 10 s have failed: disk full");
        assertThat(writes.failure(Lock.HEAD)).isEmpty();
    }

    @Test
    void aSuccessEndsThem() {
        fails(Lock.HEAD);
        passes(Duration.ofSeconds(30));
        fails(Lock.HEAD);
        assertThat(writes.failure(Lock.HEAD)).isPresent();

        assertThat(writes.<Integer>run(Lock.HEAD, () -> 7)).isEqualTo(7);
        assertThat(writes.failure(Lock.HEAD)).isEmpty();
        fails(Lock.HEAD);
        assertThat(writes.failure(Lock.HEAD)).isEmpty();
    }

    @Test
    void afterTwoMinutesWithoutATryNothingIsKnown() {
        fails(Lock.RESULTS);
        passes(Duration.ofSeconds(30));
        fails(Lock.RESULTS);
        passes(Duration.ofMinutes(2));
        assertThat(writes.failure(Lock.RESULTS)).isPresent();
        passes(Duration.ofNanos(1));

        assertThat(writes.failure(Lock.RESULTS)).isEmpty();
    }

    /** Such as one of a subscription that was deleted before another try. */
    @Test
    void anOldFailureDoesNotCountWithTheNextOne() {
        fails(Lock.RESULTS);
        passes(Duration.ofHours(1));
        fails(Lock.RESULTS);

        assertThat(writes.failure(Lock.RESULTS)).isEmpty();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TailTests {
    private final Tail tail = new Tail();

    private static List<StoredEvent> events(long from, long to, int bytes) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(p -> new StoredEvent(p, "evt_" + p, new byte[bytes], p * 10, null, null))
                .toList();
    }

    private List<Long> after(long position, int most) {
        return tail.after(position, most, event -> true).orElseThrow().events().stream()
                .map(StoredEvent::position)
                .toList();
    }

    @Test
    void itHasWhatWasAdded() {
        tail.append(events(5, 9, 1));

        assertThat(after(4, 10)).containsExactly(5L, 6L, 7L, 8L, 9L);
        assertThat(after(6, 2)).containsExactly(7L, 8L);
        assertThat(after(9, 10)).isEmpty();
        assertThat(tail.after(3, 10, event -> true)).isEqualTo(Optional.empty());
        assertThat(tail.acceptedAt(7)).hasValue(70);
        assertThat(tail.acceptedAt(4)).isEmpty();
        assertThat(tail.acceptedAt(10)).isEmpty();
    }

    @Test
    void aGapMakesItBeginAnewAndALateWriterIsIgnored() {
        tail.append(events(1, 4, 1));
        tail.append(events(8, 9, 1)); // the successor of a killed ledger was faster
        tail.append(events(5, 7, 1));

        assertThat(after(7, 10)).containsExactly(8L, 9L);
        assertThat(tail.after(6, 10, event -> true)).isEmpty();
        assertThat(tail.acceptedAt(4)).isEmpty();
        tail.append(events(10, 10, 1));
        assertThat(after(7, 10)).containsExactly(8L, 9L, 10L);
    }

    @Test
    void itForgetsTheOldestByNumberAndByBytesAndKeepsTheirTimesLonger() {
        tail.append(events(1, 20_000, 1));
        assertThat(tail.after(20_000 - 8_192 - 1, 1, event -> true)).isEmpty();
        assertThat(after(20_000 - 8_192, 1)).containsExactly(20_000L - 8_191);
        assertThat(tail.acceptedAt(1)).hasValue(10);

        tail.append(events(20_001, 20_100, 256 * 1024));
        assertThat(tail.after(20_068 - 1, 1, event -> true)).isEmpty();
        assertThat(after(20_068, 100)).hasSize(32);

        tail.append(events(20_101, 90_000, 1));
        assertThat(tail.acceptedAt(90_000 - 65_536)).isEmpty();
        assertThat(tail.acceptedAt(90_000 - 65_535)).isPresent();
    }
}

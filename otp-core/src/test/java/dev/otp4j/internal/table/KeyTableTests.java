/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.table;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Race;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class KeyTableTests {
    private record Entry(String key, int hash) implements KeyTable.Element<String> {
        Entry(String key) {
            this(key, KeyTable.hash(key));
        }
    }

    private final KeyTable<String, Entry> table = new KeyTable<>();

    private Entry obtain(int i) {
        return table.obtain("key-" + i, Entry::new);
    }

    @Test
    void thereIsOneElementForEachKey() {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < 10_000; i++) entries.add(obtain(i));

        for (int i = 0; i < 10_000; i++) {
            assertThat(obtain(i)).isSameAs(entries.get(i));
            assertThat(table.find("key-" + i)).isSameAs(entries.get(i));
        }
        assertThat(table.find("other")).isNull();
        assertThat(table.size()).isZero();
        assertThat(table.stream()).isEmpty();
        assertThat(entries).hasSize(10_000);
    }

    @Test
    void theKeptOnesAreShownAndOthersAreForgotten() {
        for (int i = 0; i < 1_000; i++) table.keep(obtain(i));
        assertThat(table.size()).isEqualTo(1_000);
        for (int i = 0; i < 1_000; i += 2) table.letGo(obtain(i));

        assertThat(table.size()).isEqualTo(500);
        assertThat(table.stream()).hasSize(500).allMatch(table.stream().toList()::contains);
        Entry held = table.obtain("key-0", Entry::new);
        eventually(
                "those that nothing refers to are gone",
                () -> {
                    System.gc();
                    table.obtain("another", Entry::new);
                    return table.find("key-2") == null && table.find("key-4") == null;
                });
        assertThat(table.find("key-0")).isSameAs(held);
        for (int i = 1; i < 1_000; i += 2) assertThat(table.find("key-" + i)).isNotNull();
    }

    @Test
    void itDoesNotGrowWithKeysThatComeAndGo() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 10_000; i++) {
                Entry entry = obtain(round * 10_000 + i);
                table.keep(entry);
                table.letGo(entry);
            }
            System.gc(); // of the heap of all tests before, so not often
        }
        eventually(
                "few are left",
                () -> {
                    System.gc();
                    obtain(0);
                    return table.remembered() < 10_000;
                });
    }

    @Test
    void equalHashCodesAreToldApart() {
        // "Aa" and "BB" have the same hash code
        List<String> keys = List.of("AaAa", "BBBB", "AaBB", "BBAa");
        var entries = keys.stream().map(key -> table.obtain(key, Entry::new)).toList();
        entries.forEach(table::keep);

        for (int i = 0; i < keys.size(); i++) {
            assertThat(table.find(keys.get(i))).isSameAs(entries.get(i));
        }
        table.letGo(entries.get(1));
        assertThat(table.stream()).doesNotContain(entries.get(1)).hasSize(3);
    }

    private static final class Round {
        final KeyTable<String, Entry> table = new KeyTable<>();
        final Entry[] found = new Entry[2];

        void obtain(int own) {
            for (int i = 0; i < 12; i++) table.obtain(own + "-" + i, Entry::new); // it grows
            found[own] = table.obtain("both", Entry::new);
            table.keep(found[own]);
        }
    }

    @Test
    @Tag("race")
    void twoThreadsGetTheSameElement() {
        long rounds =
                Race.run(
                        200_000,
                        Duration.ofSeconds(2),
                        Round::new,
                        round -> {
                            assertThat(round.found[0]).isSameAs(round.found[1]);
                            assertThat(round.table.size()).isOne();
                        },
                        round -> round.obtain(0),
                        round -> round.obtain(1));
        assertThat(rounds).isPositive();
    }

    @Test
    @Tag("race")
    void aReaderFindsWhatIsThereAllTheTime() {
        var stay = new ArrayList<Entry>();
        for (int i = 0; i < 100; i++) stay.add(obtain(i));
        stay.forEach(table::keep);
        var missed = new AtomicInteger();
        Thread reader =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!Thread.currentThread().isInterrupted()) {
                                        for (int i = 0; i < 100; i++) {
                                            if (table.find("key-" + i) != stay.get(i)) {
                                                missed.incrementAndGet();
                                            }
                                        }
                                        long seen = table.stream().filter(stay::contains).count();
                                        if (seen != 100) missed.incrementAndGet();
                                    }
                                });
        var random = new SplittableRandom(1);
        for (int i = 0; i < 200_000; i++) {
            Entry entry = obtain(1_000 + random.nextInt(5_000));
            if (random.nextBoolean()) table.keep(entry);
            else table.letGo(entry);
        }
        reader.interrupt();

        assertThat(missed).hasValue(0);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SerialTableTests {
    private static final class Thing {
        volatile long serial;

        Thing(long serial) {
            this.serial = serial;
        }

        long serial() {
            return serial;
        }
    }

    private final SerialTable<Thing> table = new SerialTable<>(Thing::serial);

    @Test
    void agreesWithAMapInRandomSteps() {
        for (long seed = 1; seed <= 20; seed++) {
            var random = new Random(seed);
            Map<Long, Thing> model = new HashMap<>();
            table.clear();
            for (int step = 0; step < 20_000; step++) {
                step(random, model);
                assertThat(table.size()).isEqualTo(model.size());
            }
            assertThat(table.stream()).containsExactlyInAnyOrderElementsOf(model.values());
        }
    }

    private void step(Random random, Map<Long, Thing> model) {
        long serial = random.nextInt(random.nextBoolean() ? 8 : 2_000);
        Thing known = model.get(serial);
        assertThat(table.get(serial)).isSameAs(known);
        if (known == null) {
            var added = new Thing(serial);
            model.put(serial, added);
            table.add(added);
        } else if (random.nextInt(4) == 0 && !model.containsKey(serial + 5_000)) {
            table.add(serial + 5_000, known);
            known.serial = serial + 5_000;
            assertThat(table.remove(serial, known)).isTrue();
            model.remove(serial);
            model.put(serial + 5_000, known);
        } else {
            assertThat(table.remove(serial)).isSameAs(known);
            assertThat(table.remove(serial)).isNull();
            assertThat(table.remove(serial, known)).isFalse();
            model.remove(serial);
        }
    }

    @Test
    void growsWithWhatIsThereAndNotWithWhatCameAndWent() {
        var stays = new Thing(-1);
        table.add(stays);
        for (long serial = 0; serial < 1_000_000; serial++) {
            table.add(new Thing(serial));
            table.remove(serial);
        }

        assertThat(table.stream()).containsExactly(stays);
        assertThat(table.places()).isLessThanOrEqualTo(8);
    }

    /** What stays is seen at every look, once, whatever comes and goes and however it grows. */
    @Test
    @Tag("race")
    @Timeout(60)
    void aReaderSeesWhatStaysAtEachLook() throws InterruptedException {
        var stays = new ArrayList<Thing>();
        for (long serial = 0; serial < 50; serial++) stays.add(new Thing(serial * 7));
        stays.forEach(table::add);
        var wrong = new AtomicReference<@Nullable String>();
        var reader =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!Thread.currentThread().isInterrupted())
                                        look(stays, wrong);
                                });
        var random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            long from = 10_000 + random.nextInt(1_000);
            int many = random.nextInt(200);
            for (long serial = from; serial < from + many; serial++) table.add(new Thing(serial));
            for (long serial = from; serial < from + many; serial++) table.remove(serial);
        }
        reader.interrupt();
        reader.join();

        assertThat(wrong).hasValue(null);
    }

    private void look(ArrayList<Thing> stays, AtomicReference<@Nullable String> wrong) {
        long seen = table.stream().filter(thing -> thing.serial < 10_000).distinct().count();
        long all = table.stream().filter(thing -> thing.serial < 10_000).count();
        if (seen != stays.size() || all != stays.size()) wrong.set(seen + " of " + all);
        for (Thing thing : stays) {
            if (table.get(thing.serial) != thing) wrong.set("not found: " + thing.serial);
        }
    }
}

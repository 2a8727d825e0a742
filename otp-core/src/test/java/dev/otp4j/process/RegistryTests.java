/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OtpTest
class RegistryTests {
    private final Registry<String, Integer> registry = Registry.create();

    /** A process that registers keys and waits to be killed. */
    private Pid holder(String... keys) {
        Subject<Boolean> ready = Subject.create();
        Pid pid =
                Processes.spawnUnlinked(
                        () -> {
                            for (String key : keys) {
                                ready.send(registered(key, key.length()));
                            }
                            Processes.sleep(Duration.ofHours(1));
                        });
        for (String key : keys) assertThat(expect(ready)).as(key).isTrue();
        return pid;
    }

    private boolean registered(String key, int value) {
        return registry.tryRegister(key, value) instanceof RegisterResult.Registered;
    }

    @Test
    @Rule("R-10")
    void aProcessHasAnyNumberOfKeys() {
        Pid holder = holder("a", "bb", "ccc");

        assertThat(registry.find("bb")).contains(2);
        assertThat(registry.owner("ccc")).contains(holder);
        assertThat(registry.keysOf(holder)).containsExactlyInAnyOrder("a", "bb", "ccc");
        assertThat(outside(() -> registry.find("a"))).contains(1);
        assertThat(registry.find("d")).isEmpty();
        Processes.kill(holder);
    }

    @Test
    @Rule("R-10")
    void aRegistrationThatFailsSaysWhichProcessHasTheKey() {
        Pid self = Processes.self();
        Pid holder = holder("taken");
        registry.register("own", 1);

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> registry.register("taken", 2))
                .withMessage("cannot register key 'taken' for %s: %s has it", self, holder);
        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> registry.register("own", 2))
                .withMessage("%s has registered key 'own' already", self);
        Processes.kill(holder);
    }

    @Test
    @Rule("R-10")
    void aTakenKeyNamesItsProcess() {
        Pid holder = holder("taken");

        RegisterResult refused = registry.tryRegister("taken", 99);

        assertThat(refused).isEqualTo(new RegisterResult.AlreadyRegistered(holder));
        assertThat(registry.find("taken")).contains(5);
        assertThat(registered("own", 1)).isTrue();
        assertThat(registry.tryRegister("own", 2)).isEqualTo(new RegisterResult.AlreadyYours());
        assertThat(registry.find("own")).contains(1);
        Processes.kill(holder);
    }

    @Test
    @Rule("R-10")
    void unregisterGivesUpOwnKeysOnly() {
        Pid holder = holder("other");
        assertThat(registered("own", 1)).isTrue();

        assertThat(registry.unregister("own")).isTrue();
        assertThat(registry.unregister("other")).isFalse();
        assertThat(registry.unregister("unknown")).isFalse();

        assertThat(registry.find("own")).isEmpty();
        assertThat(registry.owner("other")).contains(holder);
        assertThat(((ProcessCell) Processes.self()).watcherCount()).isZero();
        Processes.kill(holder);
    }

    @Test
    @Rule({"R-10", "R-05"})
    void theKeysOfTheDeadAreFreeBeforeAnybodyIsTold() {
        for (int i = 0; i < 1_000; i++) {
            Pid holder = holder("x", "y");
            Monitor monitor = Processes.monitor(holder);

            Processes.kill(holder);

            assertThat(registry.find("x")).isEmpty();
            assertThat(registered("y", i)).isTrue();
            expectDown(monitor);
            assertThat(registry.size()).isOne();
            assertThat(registry.unregister("y")).isTrue();
        }
    }

    @Test
    @Tag("race")
    @Timeout(60)
    @Rule("R-10")
    void ofManyThatRaceForAKeyOneWinsAlsoAgainstADeath() {
        for (int round = 0; round < 500; round++) {
            Pid old = holder("key");
            var won = new AtomicInteger();
            Subject<Boolean> done = Subject.create();
            var racers = new ArrayList<Pid>();
            for (int i = 0; i < 4; i++) {
                racers.add(
                        Processes.spawnUnlinked(
                                () -> {
                                    if (registered("key", 1)) won.incrementAndGet();
                                    done.send(true);
                                    Processes.sleep(Duration.ofHours(1));
                                }));
            }
            Processes.kill(old);
            for (int i = 0; i < 4; i++) expect(done);

            assertThat(won.get()).isLessThanOrEqualTo(1);
            boolean after = registered("key", 2);
            assertThat(after || won.get() == 1).isTrue();
            if (after) registry.unregister("key");
            racers.forEach(Processes::kill);
            assertThat(registry.size()).isZero();
        }
    }

    @Test
    void aThreadThatIsNoProcessCannotRegister() {
        outside(
                () ->
                        assertThatIllegalStateException()
                                .isThrownBy(() -> registry.register("key", 1)));
    }

    /** A key whose {@code equals} and {@code hashCode} fail once it is registered. */
    private static final class Fragile {
        static volatile boolean broken;

        @Override
        public boolean equals(Object other) {
            if (broken) throw new IllegalStateException("equals");
            return other == this;
        }

        @Override
        public int hashCode() {
            if (broken) throw new IllegalStateException("hashCode");
            return 7; // all in one bin
        }
    }

    @Test
    @Rule({"R-10", "P-26"})
    void theEndOfAProcessRunsNoCodeOfItsKeys() {
        Registry<Fragile, Integer> fragile = Registry.create();
        Subject<Boolean> ready = Subject.create();
        Fragile.broken = false;
        Pid holder =
                Processes.spawnUnlinked(
                        () -> {
                            for (int i = 0; i < 20; i++) fragile.register(new Fragile(), i);
                            ready.send(true);
                            Processes.sleep(Duration.ofHours(1));
                        });
        Monitor monitor = Processes.monitor(holder);
        assertThat(expect(ready)).isTrue();
        Fragile.broken = true;

        Processes.kill(holder);

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        assertThat(fragile.size()).isZero();
        assertThat(fragile.kept()).as("entries in memory").isZero();
    }

    @Test
    @Rule("R-10")
    void aKeyThatWasTakenOverFromADeadProcessGoesWithItsNewOne() {
        Pid first = holder("key");
        Processes.kill(first);
        Pid second = holder("key");

        assertThat(registry.owner("key")).contains(second);

        Processes.kill(second);

        assertThat(registry.find("key")).isEmpty();
        assertThat(registry.kept()).isZero();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static dev.otp4j.lease.Fleet.await;
import static dev.otp4j.lease.Fleet.pause;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances in JVMs of their own, on one PostgreSQL, with {@code kill -9}, SIGSTOP and a restart of
 * the database. {@code -Dlease.process-rounds=1000} has more rounds of random faults, {@code
 * -Dlease.kills=100} more of {@code kill -9}, {@code -Dlease.instances=2} fewer instances.
 */
@Tag("race")
@Timeout(7200)
class LeaseProcessTests {
    private static final Duration TTL = Duration.ofSeconds(2);
    private static final int ROUNDS = Integer.getInteger("lease.process-rounds", 1);
    private static final int KILLS = Integer.getInteger("lease.kills", 1);

    /** What is promised, on a machine that does nothing else; a build may be slower. */
    private static final long SLACK = KILLS > 1 ? 500 : 3000;

    private static final int INSTANCES = Integer.getInteger("lease.instances", 3);

    @TempDir private Path folder;
    private Fleet fleet;
    private Arbiter arbiter;

    @BeforeEach
    @Timeout(120)
    void start() throws Exception {
        fleet = new Fleet(folder, TTL);
        arbiter = fleet.arbiter;
        for (int i = 1; i <= INSTANCES; i++) fleet.launch("instance-" + i);
        fleet.awaitHolder();
    }

    @AfterEach
    @Timeout(120)
    void stop() throws Exception {
        fleet.close();
    }

    @Test
    @Rule({"LE-02", "LE-03", "LE-04"})
    void faultsOfRealProcesses() throws Exception {
        killNine();
        stopAndContinue();
        databaseRestarts();
        randomFaults();
        assertThat(arbiter.faults()).isEmpty();
        System.out.printf(
                "lease processes: instances=%d rounds=%d holders=%d refused writes=%d longest gap=%d ms%n",
                INSTANCES,
                ROUNDS,
                arbiter.holders(),
                arbiter.refused(),
                arbiter.longestGapMillis());
    }

    private void killNine() throws Exception {
        for (int i = 0; i < KILLS; i++) {
            String holder = arbiter.writer();
            long killed = System.nanoTime();
            fleet.signal(holder, "KILL");
            fleet.awaitSuccessor(holder);
            long after = TimeUnit.NANOSECONDS.toMillis(arbiter.firstWriteAfter(killed));
            System.out.printf("kill -9: successor wrote after %d ms, TTL %s%n", after, TTL);
            assertThat(after).isLessThan(TTL.toMillis() + SLACK);
            fleet.launch(holder);
        }
    }

    /** All threads of the holder stand still for longer than its lease lives. */
    private void stopAndContinue() throws Exception {
        String holder = arbiter.writer();
        fleet.signal(holder, "STOP");
        fleet.awaitSuccessor(holder);
        pause(500);
        long token = arbiter.largest();
        fleet.signal(holder, "CONT");
        pause(1000);
        System.out.printf("SIGSTOP: %d writes of the old holder refused%n", arbiter.refused());
        assertThat(arbiter.writer()).isNotEqualTo(holder);
        assertThat(arbiter.largest()).isEqualTo(token);
    }

    private void databaseRestarts() throws Exception {
        String holder = arbiter.writer();
        long token = arbiter.largest();
        fleet.restartDatabase(
                () -> {
                    await("the holder stops", fleet::isQuiet, TTL);
                    pause(4000 - TTL.toMillis());
                });
        await("it goes on", () -> arbiter.largest() > token, Duration.ofSeconds(20));
        System.out.printf("database restarted: %s, then %s%n", holder, arbiter.writer());
    }

    private void randomFaults() throws Exception {
        long seed = Long.getLong("lease.seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            boolean any = random.nextInt(3) == 0;
            fault(any ? fleet.names().get(random.nextInt(INSTANCES)) : arbiter.writer(), random);
            long token = arbiter.largest();
            int writes = arbiter.writes();
            await(
                    "round %d of seed %d goes on".formatted(i, seed),
                    () -> arbiter.largest() > token || arbiter.writes() > writes + 5,
                    Duration.ofSeconds(30));
        }
    }

    private void fault(String hit, Random random) throws Exception {
        switch (random.nextInt(3)) {
            case 0 -> {
                fleet.signal(hit, "KILL");
                fleet.process(hit).waitFor();
                fleet.launch(hit);
            }
            case 1 -> {
                fleet.signal(hit, "STOP");
                pause(random.nextLong(2 * TTL.toMillis()));
                fleet.signal(hit, "CONT");
            }
            default -> {
                fleet.stop(hit);
                fleet.launch(hit);
            }
        }
    }
}

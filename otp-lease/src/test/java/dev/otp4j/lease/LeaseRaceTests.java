/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three instances on one database, with faults at random: lines that hang, that are cut, that lose
 * answers; stops and kills. No two holders ever write at the same time. {@code -Dlease.rounds=1000}
 * makes it long.
 */
@Tag("race")
class LeaseRaceTests {
    private static final int ROUNDS = Integer.getInteger("lease.rounds", 10);
    private static final Duration TTL = Duration.ofMillis(1200);
    private static final Duration MARGIN = Duration.ofMillis(600);

    private static final Backoff PAUSE =
            Backoff.exponential(Duration.ofMillis(50), Duration.ofMillis(200));

    private final long seed = Long.getLong("lease.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Arbiter arbiter = new Arbiter();
    private final String lease = "race-" + seed;

    /** An instance that can be stopped and started again. */
    private final class Member {
        final String name;
        final Line line;
        private Instance instance;

        Member(String name, LeaseStore store) {
            this.name = name;
            this.line = new Line(store);
            instance = start();
        }

        private Instance start() {
            var made =
                    new Instance(
                            name,
                            line,
                            builder -> builder.ttl(TTL).margin(MARGIN).pauseAfterGivingUp(PAUSE));
            Singleton singleton = Singleton.of(made.keeper, lease, tenure -> writer(name, tenure));
            return made.running(singleton.restartTolerance(100, Duration.ofSeconds(1)));
        }

        void restart() {
            instance.close();
            instance = start();
        }

        void kill(String path) {
            OtpSystem system = instance.system();
            system.find(path, 0, 1).map(node -> node.pid()).ifPresent(pid -> Processes.kill(pid));
        }

        boolean holds() {
            return instance.keeper.lease(lease).filter(LeaseInfo::isHere).isPresent();
        }
    }

    /** Writes all the time, although it traps exits and has a backlog. */
    private ChildSpecification<?> writer(String instance, Tenure tenure) {
        return ChildSpecification.worker(
                "writer",
                () -> {
                    var child = Actors.running().trapExits(true).start();
                    keepWriting(child.data(), instance, tenure);
                    return child;
                });
    }

    private void keepWriting(Subject<Runnable> self, String instance, Tenure tenure) {
        self.trySend(
                () -> {
                    arbiter.write(instance, tenure.token());
                    LockSupport.parkNanos(1_000_000);
                    keepWriting(self, instance, tenure);
                });
    }

    @Test
    @Timeout(600)
    @Rule({"LE-02", "LE-03", "LE-04"})
    void noTwoHoldersWriteAtTheSameTimeOnH2() throws Exception {
        race(Databases.h2());
    }

    @Test
    @Timeout(600)
    @Rule({"LE-02", "LE-03", "LE-04"})
    void noTwoHoldersWriteAtTheSameTimeOnPostgres() {
        race(Databases.postgres());
    }

    private void race(LeaseStore store) {
        var members = new ArrayList<Member>();
        for (String name : List.of("host-a", "host-b", "host-c"))
            members.add(new Member(name, store));
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Member holder = members.stream().filter(Member::holds).findAny().orElse(null);
                boolean hitHolder = holder != null && random.nextInt(4) != 0;
                fault(hitHolder ? holder : members.get(random.nextInt(members.size())));
            }
            members.forEach(member -> member.line.mend());
            long before = arbiter.largest();
            eventually("one has it", () -> members.stream().anyMatch(Member::holds));
            assertThat(arbiter.largest()).isGreaterThanOrEqualTo(before);
        } finally {
            members.forEach(member -> member.line.mend());
            members.forEach(member -> member.instance.close());
        }
        System.out.printf(
                "lease race: rounds=%d holders=%d longest gap=%d ms seed=%d%n",
                ROUNDS, arbiter.holders(), arbiter.longestGapMillis(), seed);
        assertThat(arbiter.refused()).as("writes beside another holder, seed %d", seed).isZero();
        assertThat(arbiter.faults()).as("seed %d", seed).isEmpty();
        assertThat(arbiter.holders()).isGreaterThan(ROUNDS / 5);
    }

    private void fault(Member member) {
        switch (random.nextInt(6)) {
            case 0 -> during(member.line::hang, member.line);
            case 1 -> during(() -> member.line.cut("cut"), member.line);
            case 2 -> during(member.line::loseAnswers, member.line);
            case 3 -> member.restart();
            case 4 -> member.kill("/" + lease);
            default -> member.kill("/" + lease + "/tenure");
        }
        LockSupport.parkNanos(random.nextLong(150_000_000));
    }

    private void during(Runnable fault, Line line) {
        fault.run();
        LockSupport.parkNanos(random.nextLong(2 * TTL.toNanos()));
        line.mend();
    }
}

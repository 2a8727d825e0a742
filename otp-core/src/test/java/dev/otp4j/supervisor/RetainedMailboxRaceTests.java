/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.process.DropReason;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many senders, and a receiver that crashes, is killed, is restarted with its siblings and is
 * stopped all the time. The successor starts when the code of its predecessor has returned, so that
 * the journal of begun messages has one order.
 *
 * <p>{@code -Dretained.messages=10000000} sends that many.
 */
@Tag("race")
@Timeout(600)
class RetainedMailboxRaceTests {
    private static final int MESSAGES = Integer.getInteger("retained.messages", 200_000);
    private static final int SENDERS = 8;

    /** Most messages on their way. */
    private static final int WINDOW = 2_000;

    private static final Duration STALLED = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofMinutes(5);

    private record Numbered(int sender, int number, int poison) {}

    /** Which messages handlers have begun, and whether that can be. */
    private static final class Journal {
        final int[] last = new int[SENDERS];
        final AtomicLong begun = new AtomicLong();
        final AtomicLong repeated = new AtomicLong();
        final AtomicInteger disorder = new AtomicInteger();
        final AtomicInteger lives = new AtomicInteger();
        private final BitSet[] seen = new BitSet[SENDERS];

        Journal() {
            Arrays.fill(last, -1);
            Arrays.setAll(seen, s -> new BitSet());
        }

        /** Only one life at a time calls this. */
        synchronized void begins(Numbered message) {
            BitSet own = seen[message.sender()];
            if (own.get(message.number())) {
                repeated.incrementAndGet();
                return;
            }
            own.set(message.number());
            if (message.number() <= last[message.sender()]) disorder.incrementAndGet();
            last[message.sender()] = message.number();
            begun.incrementAndGet();
        }

        /** How many messages never began, when all were dealt with. */
        long neverBegun(int[] sent) {
            long never = 0;
            for (int s = 0; s < SENDERS; s++) never += sent[s] - seen[s].cardinality();
            return never;
        }
    }

    private final Journal journal = new Journal();
    private final int[] sent = new int[SENDERS];
    private final AtomicLong allSent = new AtomicLong();
    private final AtomicLong crashes = new AtomicLong();
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong kills = new AtomicLong();
    private final AtomicInteger stops = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private final Name<Numbered> name = Name.create("receiver", Vacancy.holding(10 * WINDOW));
    private final Name<Runnable> sibling = Name.create("sibling");
    private volatile boolean over;

    private ActorBuilder<Integer, Numbered, Subject<Numbered>> receiver(
            MailboxRetention retention) {
        journal.lives.incrementAndGet();
        var random = new SplittableRandom();
        Actors.Body<Numbered> body =
                message -> {
                    journal.begins(message);
                    if (random.nextInt(1_000) == 0) Thread.yield();
                    if (message.poison() > 0 && random.nextInt(message.poison()) == 0) {
                        crashes.incrementAndGet();
                        throw new IllegalStateException("poisoned");
                    }
                    finished.incrementAndGet();
                };
        return Actors.handling(body).retained(retention);
    }

    private StaticSupervisor tree(
            ProcessRuntime runtime, MailboxRetention retention, int capacity, int batch) {
        ChildSpecification.Start<Subject<Numbered>> start =
                () -> {
                    var actor = receiver(retention).named(name).batches(batch);
                    if (capacity > 0) actor = actor.mailbox(MailboxLimit.blocking(capacity, LONG));
                    return actor.start();
                };
        return StaticSupervisor.oneForAll()
                .restartTolerance(1_000_000_000, Duration.ofSeconds(1))
                .runtime(runtime)
                .add(
                        ChildSpecification.worker(
                                "sibling", () -> Actors.running().named(sibling).start()))
                .add(
                        ChildSpecification.worker("receiver", start)
                                .shutdown(new Shutdown.BrutalKill())
                                .awaitThreadOnKill(LONG))
                .start()
                .data();
    }

    // ---- those that disturb

    private Thread sender(ProcessRuntime runtime, int number, int count, int poison) {
        return Thread.ofVirtual()
                .start(
                        () -> {
                            if (number % 2 == 0) send(runtime, number, count, poison);
                            else Processes.run(runtime, () -> send(runtime, number, count, poison));
                        });
    }

    private boolean send(ProcessRuntime runtime, int sender, int count, int poison) {
        for (int i = 0; i < count; ) {
            if (!awaitRoom(runtime)) return false;
            boolean deadly = poison > 1 && i % poison == poison / 2;
            var message = new Numbered(sender, i, deadly ? 1 : poison == 0 ? 0 : 3_000);
            if (name.subject().trySend(message) == Subject.Sent.SENT) {
                sent[sender] = ++i;
                allSent.incrementAndGet();
            } else {
                refused.incrementAndGet();
                LockSupport.parkNanos(20_000);
            }
        }
        return true;
    }

    /** Waits until few messages are on their way. False if none arrives any more. */
    private boolean awaitRoom(ProcessRuntime runtime) {
        long arrived = -1;
        long since = System.nanoTime();
        while (true) {
            long now = journal.begun.get() + runtime.deadLetters() - refused.get();
            if (allSent.get() - now <= WINDOW) return true;
            if (now != arrived) since = System.nanoTime();
            else if (System.nanoTime() - since > STALLED.toNanos()) return false;
            arrived = now;
            LockSupport.parkNanos(20_000);
        }
    }

    private Thread disturber(Runnable disturbance) {
        var random = new SplittableRandom();
        return Thread.ofVirtual()
                .start(
                        () -> {
                            while (!over) {
                                LockSupport.parkNanos(random.nextInt(400_000));
                                disturbance.run();
                            }
                        });
    }

    private void kill() {
        kill(ThreadLocalRandom.current().nextInt(8) == 0 ? sibling : name);
    }

    private void kill(Name<?> victim) {
        Pid pid = victim.pid().orElse(null);
        if (pid == null) return;
        kills.incrementAndGet();
        Processes.kill(pid);
    }

    private void stopAndStart(ProcessRuntime runtime, StaticSupervisor tree) {
        tree.terminateChild("receiver");
        stops.incrementAndGet();
        while (!runtime.zombies().isEmpty()) LockSupport.parkNanos(20_000);
        var unused = tree.tryRestartChild("receiver");
    }

    private void sendAll(ProcessRuntime runtime, int poison) throws InterruptedException {
        var senders = new ArrayList<Thread>();
        for (int s = 0; s < SENDERS; s++) {
            senders.add(sender(runtime, s, MESSAGES / SENDERS, poison));
        }
        for (Thread sender : senders) sender.join();
    }

    private void calm(List<Thread> disturbers, BooleanSupplier done) throws InterruptedException {
        over = true;
        for (Thread disturber : disturbers) disturber.join();
        eventually("all is dealt with: " + this, done);
    }

    @Override
    public String toString() {
        return "sent=%d begun=%d repeated=%d disorder=%d lives=%d kills=%d crashes=%d stops=%d"
                .formatted(
                        allSent.get(),
                        journal.begun.get(),
                        journal.repeated.get(),
                        journal.disorder.get(),
                        journal.lives.get(),
                        kills.get(),
                        crashes.get(),
                        stops.get());
    }

    @ParameterizedTest
    @CsvSource({"0,1", "16,1", "0,20"})
    @Rule({"RM-01", "RM-02", "RM-05"})
    void noMessageIsLostOrInventedAndTheOrderOfEachSenderStays(int capacity, int batch)
            throws Exception {
        try (var runtime = runtime()) {
            tree(runtime, MailboxRetention.retrying(1_000), capacity, batch);
            var killer = disturber(this::kill);
            sendAll(runtime, 1);
            calm(List.of(killer), () -> journal.begun.get() == allSent.get());

            report(runtime);
            assertThat(journal.disorder).hasValue(0);
            assertThat(journal.neverBegun(sent)).isZero();
            assertThat(journal.repeated.get()).isLessThan(journal.lives.get() * (long) batch);
            assertThat(runtime.deadLetters()).isZero();
            assertThat(runtime.parkedCount()).isZero();
            assertThat(runtime.heldMessages()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Rule({"RM-01", "RM-04"})
    void eachMessageIsHandledOrRecordedAsDroppedInHand(boolean killing) throws Exception {
        try (var runtime = runtime()) {
            tree(runtime, MailboxRetention.dropping(), 0, 1);
            List<Thread> disturbers = killing ? List.of(disturber(this::kill)) : List.of();
            sendAll(runtime, 1);
            calm(
                    disturbers,
                    () -> finished.get() + runtime.deadLetters() >= allSent.get() && isQuiet());

            report(runtime);
            assertThat(journal.disorder).hasValue(0);
            long inHand = runtime.deadLetters(DropReason.IN_HAND);
            assertThat(runtime.deadLetters()).isEqualTo(inHand);
            // a kill between the end of a handler and the next claim finds a handled one in hand
            long both = finished.get() + inHand - allSent.get();
            assertThat(both).isBetween(0L, kills.get());
            assertThat(inHand).isBetween(crashes.get(), crashes.get() + kills.get());
        }
    }

    @Test
    @Rule({"RM-05", "RM-06"})
    void whatNoAttemptSurvivesIsParkedAndNothingElse() throws Exception {
        try (var runtime = runtime()) {
            tree(runtime, MailboxRetention.retrying(2).parking(1_000_000), 0, 1);
            int each = MESSAGES / SENDERS;
            sendAll(runtime, Math.max(2, each / 100));
            calm(
                    List.of(),
                    () -> journal.begun.get() == allSent.get() && runtime.heldMessages() == 0);

            report(runtime);
            assertThat(journal.disorder).hasValue(0);
            assertThat(journal.neverBegun(sent)).isZero();
            long deadly = 0;
            int every = Math.max(2, each / 100);
            for (int i = 0; i < each; i++) if (i % every == every / 2) deadly += SENDERS;
            long expected = deadly;
            eventually("all are parked", () -> runtime.parkedCount() >= expected);
            assertThat(runtime.parkedMessages()).allMatch(parked -> parked.attempts() == 3);
            assertThat(runtime.deadLetters()).isZero();
        }
    }

    @Test
    @Rule({"RM-01", "RM-08"})
    void whatIsQueuedAtAStopIsCounted() throws Exception {
        try (var runtime = runtime()) {
            StaticSupervisor tree = tree(runtime, MailboxRetention.retrying(1_000), 0, 1);
            // the end of the sibling would start the receiver beside the code of one that was
            // stopped
            var killer = disturber(() -> kill(name));
            var stopper = disturber(() -> stopAndStart(runtime, tree));
            sendAll(runtime, 0);
            calm(
                    List.of(killer, stopper),
                    () ->
                            journal.neverBegun(sent) <= runtime.deadLetters() - refused.get()
                                    && isQuiet());

            report(runtime);
            assertThat(journal.disorder).hasValue(0);
            long counted = runtime.deadLetters(DropReason.VACANT) - refused.get();
            assertThat(runtime.deadLetters()).isEqualTo(runtime.deadLetters(DropReason.VACANT));
            // the one in hand at a stop had begun perhaps, and is counted
            assertThat(counted - journal.neverBegun(sent)).isBetween(0L, (long) stops.get());
        }
    }

    private boolean isQuiet() {
        Pid pid = name.pid().orElse(null);
        return pid != null && ProcessInfo.of(pid).state() == ProcessInfo.State.IDLE;
    }

    private ProcessRuntime runtime() {
        return ProcessRuntime.builder().name("retained").build();
    }

    private void report(ProcessRuntime runtime) {
        if (MESSAGES < 1_000_000) return;
        System.out.println(this + " retained=" + runtime.retainedMessages());
    }
}

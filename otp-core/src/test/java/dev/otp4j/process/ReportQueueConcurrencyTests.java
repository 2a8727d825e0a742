/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.awaitQuietly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.internal.threads.ForwardingScheduler;
import dev.otp4j.internal.threads.ReportQueue;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is handed in is delivered once and in order, or counted as dropped; no reporter waits. */
@Timeout(30)
class ReportQueueConcurrencyTests {
    private final ProcessRuntime runtime = ProcessRuntime.builder().name("reports").build();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    @Rule("L-07")
    void eachHandersReportsAreDeliveredInOrderAndOneAtATime() throws Exception {
        record Report(int by, int number) {}
        var delivered = new ConcurrentLinkedQueue<Report>();
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        for (int round = 0; round < 50; round++) {
            var threads = new ArrayList<Thread>();
            for (int by = 0; by < 4; by++) {
                int own = by;
                Consumer<Report> deliver =
                        report -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            delivered.add(report);
                            inside.decrementAndGet();
                        };
                Runnable reporter =
                        () -> {
                            for (int n = 0; n < 500; n++) {
                                var report = new Report(own, n);
                                runtime.report(() -> deliver.accept(report));
                            }
                        };
                threads.add(Thread.ofVirtual().start(reporter));
            }
            for (Thread thread : threads) thread.join();
            assertThat(runtime.awaitReports(SOON)).isTrue();

            assertThat(delivered).hasSize(2_000);
            for (int by = 0; by < 4; by++) {
                int own = by;
                List<Integer> numbers =
                        delivered.stream()
                                .filter(report -> report.by() == own)
                                .map(Report::number)
                                .toList();
                assertThat(numbers).isSorted();
            }
            delivered.clear();
        }
        assertThat(most).hasValue(1);
        assertThat(runtime.droppedReports()).isZero();
    }

    /**
     * A report that comes just when the thread finds nothing has no later report to wake the
     * thread.
     */
    @Test
    @Rule("L-07")
    void theLastReportIsDeliveredWithoutAnother() throws Exception {
        for (int round = 0; round < 50_000; round++) {
            var delivered = new CountDownLatch(1);
            runtime.report(delivered::countDown);
            assertThat(delivered.await(5, TimeUnit.SECONDS)).as("round %d", round).isTrue();
        }
    }

    @Test
    @Rule("L-07")
    void whatFindsTheQueueFullIsCountedAndTold() throws Exception {
        var release = new CountDownLatch(1);
        var blocked = new CountDownLatch(1);
        var delivered = new AtomicInteger();
        try (var log = new LogLines("dev.otp4j.process.reports")) {
            runtime.report(
                    () -> {
                        blocked.countDown();
                        awaitQuietly(release);
                        delivered.incrementAndGet();
                    });
            blocked.await();
            int handed = ReportQueue.CAPACITY + 1_000;

            for (int i = 1; i < handed; i++) runtime.report(delivered::incrementAndGet);

            assertThat(runtime.droppedReports()).isEqualTo(1_000);
            assertThat(runtime.awaitReports(Duration.ofMillis(10))).isFalse();
            release.countDown();
            assertThat(runtime.awaitReports(SOON)).isTrue();
            assertThat(delivered).hasValue(ReportQueue.CAPACITY);
            runtime.report(() -> {});
            assertThat(runtime.awaitReports(SOON)).isTrue();
            dev.otp4j.testkit.Expect.eventually(
                    "told", () -> log.matching("dropped 1,000 reports").size() == 1);
        }
    }

    @Test
    @Rule("L-07")
    void aDeliveryThatFailsOrIsInterruptedHarmsNoOther() {
        var delivered = new AtomicInteger();
        runtime.report(
                () -> {
                    throw new StackOverflowError("sink");
                });
        runtime.report(() -> Thread.currentThread().interrupt());
        runtime.report(
                () -> {
                    if (!Thread.currentThread().isInterrupted()) delivered.incrementAndGet();
                });

        assertThat(runtime.awaitReports(SOON)).isTrue();

        assertThat(delivered).hasValue(1);
    }

    @Test
    @Rule("L-07")
    void withoutAThreadAReportWaitsForTheNext() {
        var attempts = new AtomicInteger();
        var scheduler =
                new ForwardingScheduler(runtime.scheduler) {
                    @Override
                    public void start(String name, Runnable body) {
                        if (attempts.incrementAndGet() == 1) {
                            throw new OutOfMemoryError("no thread");
                        }
                        body.run();
                    }
                };
        var queue = new ReportQueue(scheduler, null);
        var delivered = new ArrayList<String>();

        queue.hand(() -> delivered.add("first"));
        queue.hand(() -> delivered.add("second"));

        assertThat(delivered).containsExactly("first", "second");
        assertThat(attempts).hasValue(2);
    }
}

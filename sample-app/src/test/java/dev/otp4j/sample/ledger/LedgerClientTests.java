/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.LedgerMessage.Reply;
import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.test.DetectLeaks;
import dev.otp4j.test.Probe;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;

@Timeout(20)
@DetectLeaks
class LedgerClientTests {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final byte[] BODY = "{}".getBytes();

    @TempDir Path folder;

    /** The behaviour of a fake ledger, called once for each request. */
    private interface Script {
        void run(LedgerStore store, Store request);
    }

    private LedgerFixture ledgerThat(Script script) {
        return new LedgerFixture(folder, store -> new StandIn(store, script));
    }

    private record StandIn(LedgerStore store, Script script)
            implements Actor<Integer, LedgerMessage> {
        @Override
        public Integer init(Subject<LedgerMessage> self) {
            return 0;
        }

        @Override
        public Next<Integer, LedgerMessage> onMessage(Integer state, LedgerMessage message) {
            script.run(store, (Store) message);
            return Next.continueWith(state);
        }
    }

    @Test
    void aRequestThatWasGivenUpIsNeverStored() {
        try (var fixture = new LedgerFixture(folder);
                Probe<LedgerMessage> late = Probe.create("late ledger")) {
            NewEvent event = NewEvent.of(BODY, null);

            assertThatExceptionOfType(LedgerUnavailableException.class)
                    .isThrownBy(() -> fixture.clientOf(late, SHORT).store(event))
                    .matches(LedgerUnavailableException::isCertain);

            Store request = late.expect(Store.class);
            Reply<Stored> reply =
                    fixture.store.change(
                            request.ticket(), head -> fixture.store.store(event, head));
            assertThat(reply).isInstanceOf(Reply.Cancelled.class);
            assertThat(fixture.events()).isZero();
        }
    }

    @Test
    void whatADyingLedgerCommittedIsFoundByTheNextOneAndNotStoredTwice() {
        var deaths = new AtomicInteger();
        try (var fixture =
                ledgerThat(
                        (store, request) -> {
                            var reply =
                                    store.change(
                                            request.ticket(),
                                            head -> store.store(request.event(), head));
                            if (deaths.incrementAndGet() < 4)
                                throw new IllegalStateException("died before it could answer");
                            request.replyTo().send(reply);
                        })) {
            NewEvent event = NewEvent.of(BODY, "key");

            Stored stored = fixture.client(Duration.ofSeconds(5)).store(event);

            assertThat(stored).isEqualTo(new Stored.As(event.id()));
            assertThat(fixture.events()).isEqualTo(1);
        }
    }

    @Test
    void aChangeThatHasBegunIsWaitedForWhenTheTimeIsOver() throws Exception {
        var begun = new CountDownLatch(1);
        var commit = new CountDownLatch(1);
        try (var fixture =
                ledgerThat(
                        (store, request) ->
                                store.change(
                                        request.ticket(),
                                        head -> {
                                            begun.countDown();
                                            await(commit);
                                            return store.store(request.event(), head);
                                        }))) {
            NewEvent event = NewEvent.of(BODY, null);
            LedgerStore lookup =
                    new LedgerStore(fixture.jdbc, fixture.transactions, Clock.systemUTC()) {
                        @Override
                        <R> R settled(Supplier<R> reading) {
                            commit.countDown(); // the time limit of the request has passed
                            return super.settled(reading);
                        }
                    };
            var client = fixture.client(SHORT, lookup);

            assertThat(client.store(event)).isEqualTo(new Stored.As(event.id()));
            assertThat(begun.getCount()).isZero();
        }
    }

    @Test
    void aChangeThatWasRolledBackIsReportedAsNotMade() {
        try (var fixture =
                ledgerThat(
                        (store, request) ->
                                store.change(
                                        request.ticket(),
                                        head -> {
                                            store.store(request.event(), head);
                                            throw new IllegalStateException("rolled back");
                                        }))) {
            assertThatExceptionOfType(LedgerUnavailableException.class)
                    .isThrownBy(() -> fixture.client(SHORT).store(NewEvent.of(BODY, null)))
                    .matches(LedgerUnavailableException::isCertain);

            assertThat(fixture.events()).isZero();
        }
    }

    @Test
    void aDatabaseThatDoesNotLetAnybodyWriteMakesTheAnswerUncertainButNoCrash() {
        try (var fixture = new LedgerFixture(folder)) {
            var outer = new TransactionTemplate(fixture.transactions);
            outer.executeWithoutResult(
                    status -> {
                        fixture.jdbc
                                .sql("SELECT position FROM ledger_head FOR UPDATE")
                                .query(Long.class)
                                .single();

                        assertThatExceptionOfType(LedgerUnavailableException.class)
                                .isThrownBy(
                                        () ->
                                                onAnotherThread(
                                                        () ->
                                                                fixture.client(
                                                                                Duration.ofSeconds(
                                                                                        5))
                                                                        .store(
                                                                                NewEvent.of(
                                                                                        BODY,
                                                                                        null))));
                    });

            fixture.client(SHORT.multipliedBy(10)).store(NewEvent.of(BODY, null));
            assertThat(fixture.events()).isEqualTo(1);
            assertThat(fixture.system).actor("/ledger").hasRestarts(0).hasNotCrashed();
        }
    }

    /** Runs work on another thread, because the outer transaction is bound to this one. */
    private static void onAnotherThread(Runnable work) throws Throwable {
        var failure = new LinkedBlockingQueue<Throwable>();
        Thread thread = Thread.ofVirtual().unstarted(work);
        thread.setUncaughtExceptionHandler((t, e) -> failure.add(e));
        thread.start();
        thread.join();
        if (!failure.isEmpty()) throw failure.take();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.test.DetectLeaks;
import dev.otp4j.test.Probe;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.support.TransactionTemplate;

@Timeout(20)
@DetectLeaks
@ParameterizedClass
@EnumSource
class LedgerClientTests {
    @Parameter Kind kind;

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final byte[] BODY = "{}".getBytes();

    @TempDir Path folder;

    /** The behaviour of a fake ledger, called once for each request. */
    private interface Script {
        void run(LedgerFixture fixture, Store request);
    }

    private LedgerFixture ledgerThat(Script script) {
        var made = new AtomicReference<LedgerFixture>();
        var fixture = new LedgerFixture(kind.url(folder), store -> new StandIn(made, script));
        made.set(fixture);
        return fixture;
    }

    /** Stores an event in the transaction of the caller. */
    private static Stored storeIn(LedgerFixture fixture, long head, NewEvent event) {
        var table = new EventTable(fixture.database.jdbc());
        var batch = new EventBatch(head, Clock.systemUTC(), table, List.of(event));
        Stored stored = batch.store(event);
        batch.write();
        return stored;
    }

    private record StandIn(AtomicReference<LedgerFixture> fixture, Script script)
            implements Actor<Integer, LedgerMessage> {
        @Override
        public Integer init(Subject<LedgerMessage> self) {
            return 0;
        }

        @Override
        public Next<Integer, LedgerMessage> onMessage(Integer state, LedgerMessage message) {
            script.run(fixture.get(), (Store) message);
            return Next.continueWith(state);
        }
    }

    @Test
    void aRequestThatWasGivenUpIsNeverStored() {
        try (var fixture = new LedgerFixture(kind.url(folder));
                Probe<LedgerMessage> late = Probe.create("late ledger")) {
            NewEvent event = NewEvent.of(BODY, null);

            assertThatExceptionOfType(LedgerUnavailableException.class)
                    .isThrownBy(() -> fixture.clientOf(late, SHORT).store(event))
                    .matches(LedgerUnavailableException::isCertain);

            Store request = late.expect(Store.class);
            List<Made> made = fixture.store.make(List.of(request), new HashSet<>());
            assertThat(made).singleElement().matches(each -> each.news().isEmpty());
            assertThat(fixture.events()).isZero();
        }
    }

    @Test
    void whatADyingLedgerCommittedIsFoundByTheNextOneAndNotStoredTwice() {
        var deaths = new AtomicInteger();
        try (var fixture =
                ledgerThat(
                        (fixtureOf, request) -> {
                            var made = fixtureOf.store.make(List.of(request), new HashSet<>());
                            if (deaths.incrementAndGet() < 4)
                                throw new IllegalStateException("died before it could answer");
                            made.forEach(each -> each.answer().run());
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
                        (fixtureOf, request) ->
                                fixtureOf.database.locking(
                                        Database.Lock.HEAD,
                                        head -> {
                                            request.ticket().begin();
                                            begun.countDown();
                                            await(commit);
                                            return storeIn(fixtureOf, head, request.event());
                                        }))) {
            NewEvent event = NewEvent.of(BODY, null);
            LedgerStore lookup =
                    new LedgerStore(fixture.database, fixture.tail, Clock.systemUTC()) {
                        @Override
                        <R> R settled(Supplier<R> reading) {
                            commit.countDown(); // the time limit of the request has passed
                            return super.settled(reading);
                        }
                    };
            var client = fixture.client(SHORT.multipliedBy(10), lookup);

            assertThat(client.store(event)).isEqualTo(new Stored.As(event.id()));
            assertThat(begun.getCount()).isZero();
        }
    }

    @Test
    void aChangeThatWasRolledBackIsReportedAsNotMade() {
        try (var fixture =
                ledgerThat(
                        (fixtureOf, request) ->
                                fixtureOf.database.locking(
                                        Database.Lock.HEAD,
                                        head -> {
                                            request.ticket().begin();
                                            storeIn(fixtureOf, head, request.event());
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
        try (var fixture = new LedgerFixture(kind.url(folder))) {
            var outer = new TransactionTemplate(fixture.transactions);
            outer.executeWithoutResult(
                    status -> {
                        fixture.jdbc
                                .sql("SELECT position FROM ledger_head WHERE id = 1 FOR UPDATE")
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

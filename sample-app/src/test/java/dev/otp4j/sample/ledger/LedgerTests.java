/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.ArgumentMatchers.anySet;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.LedgerMessage.Change;
import dev.otp4j.sample.ledger.LedgerMessage.Reply;
import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.spring.test.ActorTest;
import dev.otp4j.test.OtpTesting;
import dev.otp4j.test.Probe;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** The ledger alone: a probe in place of the dispatcher receives its news. */
@ActorTest(Ledger.class)
class LedgerTests {
    private static final NewEvent EVENT = NewEvent.of("{}".getBytes(), null);
    private static final Subscription SUBSCRIPTION =
            Subscription.of(URI.create("http://localhost/"), Secret.generate());

    @TestConfiguration
    static class Probes {
        @Bean
        Probe<News> dispatcher() {
            return Probe.create("dispatcher");
        }
    }

    @Autowired Subject<LedgerMessage> ledger;
    @Autowired Probe<News> dispatcher;
    @Autowired OtpSystem system;
    @MockitoBean LedgerStore store;

    @BeforeEach
    void forget() {
        dispatcher.clear();
    }

    private Reply<Stored> store() {
        return ledger.call(replyTo -> new Store(EVENT, new Ticket(), replyTo));
    }

    private Reply<Boolean> enable(boolean enabled) {
        return ledger.call(
                replyTo ->
                        new Change(
                                SUBSCRIPTION.id(),
                                SubscriptionChange.enabled(enabled),
                                new Ticket(),
                                replyTo));
    }

    /** Has the store make all changes, each with the result that its request asks for. */
    private void makeAll() {
        willAnswer(call -> made(call.<List<LedgerMessage>>getArgument(0)))
                .given(store)
                .make(anyList(), anySet());
    }

    private static List<Made> made(List<LedgerMessage> requests) {
        return requests.stream().map(LedgerTests::made).toList();
    }

    private static Made made(LedgerMessage request) {
        return switch (request) {
            case Store store ->
                    made(
                            store.replyTo(),
                            new Stored.As(store.event().id()),
                            new News.EventStored());
            case Change(var id, var change, var ticket, var replyTo) ->
                    made(
                            replyTo,
                            true,
                            Boolean.TRUE.equals(change.enabled())
                                    ? new News.SubscriptionActive(id)
                                    : new News.SubscriptionInactive(id));
            default -> throw new IllegalArgumentException(request.toString());
        };
    }

    private static <R> Made made(Subject<Reply<R>> replyTo, R result, News news) {
        return new Made(() -> replyTo.send(new Reply.Done<>(result)), List.of(news));
    }

    @Test
    void eachChangeIsFollowedByItsNews() {
        makeAll();
        String id = SUBSCRIPTION.id();

        assertThat(store()).isEqualTo(new Reply.Done<>(new Stored.As(EVENT.id())));
        dispatcher.expect(News.EventStored.class);
        enable(false);
        dispatcher.expectMessage(new News.SubscriptionInactive(id));
        enable(true);
        dispatcher.expectMessage(new News.SubscriptionActive(id));
    }

    @Test
    void whatWasNotDoneIsNoNews() {
        willAnswer(
                        call -> {
                            Store request = (Store) call.<List<LedgerMessage>>getArgument(0).get(0);
                            return List.of(
                                    new Made(
                                            () -> request.replyTo().send(new Reply.Cancelled<>()),
                                            List.of()));
                        })
                .given(store)
                .make(anyList(), anySet());

        assertThat(store()).isInstanceOf(Reply.Cancelled.class);
        makeAll();
        enable(true);

        assertThat(dispatcher.received())
                .isEqualTo(List.of(new News.SubscriptionActive(SUBSCRIPTION.id())));
    }

    @Test
    void whatWaitsIsMadeTogetherWithOneNews() throws Exception {
        var batches = new LinkedBlockingQueue<Integer>();
        var goOn = new CountDownLatch(1);
        willAnswer(
                        call -> {
                            List<LedgerMessage> requests = call.getArgument(0);
                            batches.add(requests.size());
                            goOn.await();
                            return made(requests);
                        })
                .given(store)
                .make(anyList(), anySet());
        try (Probe<Reply<Stored>> replies = Probe.create("replies")) {
            for (int n = 0; n < 101; n++) {
                ledger.send(new Store(EVENT, new Ticket(), replies));
                if (n == 0) assertThat(batches.take()).isEqualTo(1);
            }
            goOn.countDown();
            for (int n = 0; n < 101; n++) replies.expect(Reply.Done.class);
        }
        assertThat(batches).containsExactly(100);
        assertThat(dispatcher.received()).hasSize(2);
    }

    @Test
    void oneThatViolatesTheRulesOfTheDatabaseLeavesTheOthersAlone() {
        NewEvent bad = NewEvent.of("{}".getBytes(), "bad");
        var first = new CountDownLatch(1);
        willAnswer(
                        call -> {
                            first.await();
                            List<LedgerMessage> requests = call.getArgument(0);
                            if (requests.stream().anyMatch(r -> ((Store) r).event() == bad)) {
                                throw new DataIntegrityViolationException("too long");
                            }
                            return made(requests);
                        })
                .given(store)
                .make(anyList(), anySet());
        try (Probe<Reply<Stored>> replies = Probe.create("replies")) {
            for (NewEvent each : List.of(EVENT, EVENT, bad, EVENT)) {
                ledger.send(new Store(each, new Ticket(), replies));
            }
            first.countDown();
            replies.expect(Reply.Done.class);
            replies.expect(Reply.Done.class);
            replies.expect(Reply.Failed.class);
            replies.expect(Reply.Done.class);
        }
    }

    @Test
    void aDatabaseThatFailsIsAReplyAndNoCrash() {
        var pid = OtpTesting.pid(system, "/ledger");
        willThrow(new DataAccessResourceFailureException("disk full"))
                .given(store)
                .make(anyList(), anySet());

        assertThat(store()).isEqualTo(new Reply.Failed<>("disk full"));

        assertThat(dispatcher.received()).isEmpty();
        assertThat(OtpTesting.pid(system, "/ledger")).isEqualTo(pid);
    }

    @Test
    void aLedgerThatIsStartedAgainAnswers() {
        makeAll();

        OtpTesting.kill(system, "/ledger");

        assertThat(enable(true)).isEqualTo(new Reply.Done<>(true));
        assertThat(system).actor("/ledger").isRunning().hasRestarts(1);
    }
}

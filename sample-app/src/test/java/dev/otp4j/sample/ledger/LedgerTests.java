/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.LedgerMessage.Enable;
import dev.otp4j.sample.ledger.LedgerMessage.Reply;
import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.sample.ledger.LedgerMessage.Subscribe;
import dev.otp4j.sample.ledger.LedgerMessage.Sweep;
import dev.otp4j.sample.ledger.LedgerMessage.Unsubscribe;
import dev.otp4j.spring.test.ActorTest;
import dev.otp4j.test.OtpTesting;
import dev.otp4j.test.Probe;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DataAccessResourceFailureException;
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
                replyTo -> new Enable(SUBSCRIPTION.id(), enabled, new Ticket(), replyTo));
    }

    @Test
    void eachChangeIsFollowedByItsNews() {
        given(store.change(any(), any()))
                .willReturn(new Reply.Done<>(true))
                .willReturn(new Reply.Done<>(new Stored.As(EVENT.id())))
                .willReturn(new Reply.Done<>(true));
        String id = SUBSCRIPTION.id();

        ledger.<Reply<Boolean>>call(replyTo -> new Subscribe(SUBSCRIPTION, new Ticket(), replyTo));
        dispatcher.expectMessage(new News.SubscriptionActive(id));
        store();
        dispatcher.expect(News.EventStored.class);
        enable(false);
        dispatcher.expectMessage(new News.SubscriptionInactive(id));
        enable(true);
        dispatcher.expectMessage(new News.SubscriptionActive(id));
        ledger.<Reply<Boolean>>call(replyTo -> new Unsubscribe(id, new Ticket(), replyTo));
        dispatcher.expectMessage(new News.SubscriptionInactive(id));
    }

    @Test
    void whatWasNotDoneIsNoNews() {
        given(store.change(any(), any()))
                .willReturn(new Reply.Cancelled<>())
                .willReturn(new Reply.Done<>(3)) // a sweep
                .willReturn(new Reply.Done<>(true));

        assertThat(store()).isInstanceOf(Reply.Cancelled.class);
        Reply<Integer> swept =
                ledger.call(replyTo -> new Sweep(Instant.EPOCH, new Ticket(), replyTo));
        assertThat(swept).isEqualTo(new Reply.Done<>(3));
        enable(true);

        assertThat(dispatcher.received())
                .isEqualTo(List.of(new News.SubscriptionActive(SUBSCRIPTION.id())));
    }

    @Test
    void aDatabaseThatFailsIsAReplyAndNoCrash() {
        var pid = OtpTesting.pid(system, "/ledger");
        willThrow(new DataAccessResourceFailureException("disk full"))
                .given(store)
                .change(any(), any());

        assertThat(store()).isEqualTo(new Reply.Failed<>("disk full"));

        assertThat(dispatcher.received()).isEmpty();
        assertThat(OtpTesting.pid(system, "/ledger")).isEqualTo(pid);
    }

    @Test
    void aLedgerThatIsStartedAgainAnswers() {
        given(store.change(any(), any())).willReturn(new Reply.Done<>(true));

        OtpTesting.kill(system, "/ledger");

        assertThat(enable(true)).isEqualTo(new Reply.Done<>(true));
        assertThat(system).actor("/ledger").isRunning().hasRestarts(1);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.never;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.sample.courier.CourierMessage;
import dev.otp4j.sample.courier.CourierRegistry;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.sample.ledger.News;
import dev.otp4j.sample.ledger.Secret;
import dev.otp4j.sample.ledger.Subscription;
import dev.otp4j.spring.test.ActorTest;
import dev.otp4j.spring.test.VirtualTime;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.test.OtpTesting;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/**
 * The dispatcher alone. It looks at the database once a second; each test advances the time by
 * whole seconds, so that the next look is always a second away.
 */
@ActorTest(Dispatcher.class)
@VirtualTime
class DispatcherTests {
    private static final String PATH = "/relay/dispatcher";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Subscription active = subscription(true);

    @Autowired Subject<News> dispatcher;
    @Autowired OtpSystem system;
    @Autowired VirtualClock clock;
    @MockitoBean LedgerReader reader;
    @MockitoBean CourierRegistry couriers;
    @MockitoBean FactorySupervisor<String, Subject<CourierMessage>> factory;

    /** The first look of a dispatcher that was started before. */
    @BeforeEach
    void awaitFirstLook() {
        clock.awaitIdle();
        clearInvocations(reader);
    }

    private static Subscription subscription(boolean enabled) {
        return new Subscription(
                "sub_" + enabled, URI.create("http://localhost/"), Secret.generate(), enabled);
    }

    /** Has the registry name a courier that runs: any process will do. */
    private Pid courierOf(String subscriptionId) {
        Pid pid = OtpTesting.pid(system, "/");
        given(couriers.known()).willReturn(Set.of(subscriptionId));
        given(couriers.pidOf(subscriptionId)).willReturn(Optional.of(pid));
        return pid;
    }

    private void send(News news) {
        dispatcher.send(news);
        clock.awaitIdle();
    }

    @Test
    void eachSecondEnabledSubscriptionsGetTheCourierThatTheyLack() {
        given(reader.active()).willReturn(Set.of(active.id()));

        clock.advance(SECOND.minusMillis(1));
        then(factory).shouldHaveNoInteractions();

        clock.advance(Duration.ofMillis(1));
        then(factory).should().tryStartChild(active.id());
        then(factory).shouldHaveNoMoreInteractions();
    }

    @Test
    void aCourierThatRunsIsNotStartedAgain() {
        given(reader.active()).willReturn(Set.of(active.id()));
        courierOf(active.id());

        clock.advance(SECOND);
        send(new News.SubscriptionActive(active.id()));

        then(reader).should().active();
        then(factory).shouldHaveNoInteractions();
    }

    @Test
    void theCourierOfASubscriptionThatIsGoneIsStoppedAndForgotten() {
        Pid courier = courierOf("sub_gone");

        clock.advance(SECOND);

        then(factory).should().tryTerminateChild(courier);
        then(couriers).should().forget("sub_gone");
    }

    @Test
    void newsIsFollowedAtOnce() {
        send(new News.SubscriptionActive("sub_new"));
        then(factory).should().tryStartChild("sub_new");

        Pid courier = courierOf("sub_new");
        send(new News.EventStored());
        then(couriers).should().wakeAll();

        send(new News.SubscriptionInactive("sub_new"));
        then(factory).should().tryTerminateChild(courier);
        then(couriers).should().forget("sub_new");
        then(reader).should(never()).active();
    }

    @Test
    void aDatabaseThatCannotBeReadIsReadAgainByTheSameDispatcher() {
        Pid before = OtpTesting.pid(system, PATH);
        given(reader.active())
                .willThrow(new DataAccessResourceFailureException("no connection"))
                .willReturn(Set.of(active.id()));

        clock.advance(SECOND);
        then(factory).shouldHaveNoInteractions();
        clock.advance(SECOND);

        then(factory).should().tryStartChild(active.id());
        assertThat(OtpTesting.pid(system, PATH)).isEqualTo(before);
    }

    @Test
    void aDispatcherThatIsStartedAgainLooksAtOnce() {
        given(reader.active()).willReturn(Set.of(active.id()));

        OtpTesting.kill(system, PATH);

        assertThat(system).actor(PATH).isRunning().hasRestarts(1);
        clock.awaitIdle();
        then(factory).should().tryStartChild(active.id());
    }
}

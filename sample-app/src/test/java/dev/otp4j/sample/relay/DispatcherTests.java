/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.never;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.sample.courier.CourierMessage;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.ledger.Backlog;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.sample.ledger.News;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.test.ActorTest;
import dev.otp4j.spring.test.VirtualTime;
import dev.otp4j.supervisor.KeyedFactory;
import dev.otp4j.test.OtpTesting;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/**
 * The dispatcher with couriers that only note when they start and what wakes them. It looks at the
 * database once a second; each test advances the time by whole seconds, so that the next look is
 * always a second away.
 */
@ActorTest(Dispatcher.class)
@VirtualTime
class DispatcherTests {
    private static final String PATH = "/relay/dispatcher";
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** What happened to couriers, as "start id" and "wake id". */
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    private static final Set<String> CRASHING = Set.of("crashing");

    @TestConfiguration
    static class Couriers {
        @Bean
        @ChildOf(supervisor = RelaySupervisor.class, order = 1)
        KeyedFactory.Builder<String, CourierMessage> couriers() {
            return KeyedFactory.<String, CourierMessage>of(id -> Actor.of(() -> new Noting(id)))
                    .tolerancePerKey(1, Duration.ofDays(1));
        }
    }

    private record Noting(String id) implements Actor<String, CourierMessage> {
        @Override
        public String init(Subject<CourierMessage> self) {
            SEEN.add("start " + id);
            return id;
        }

        @Override
        public Next<String, CourierMessage> onMessage(String state, CourierMessage message) {
            if (CRASHING.contains(id)) throw new IllegalStateException("as the test wants it");
            if (message instanceof Wake) SEEN.add("wake " + id);
            return Next.continueWith(state);
        }
    }

    @Autowired Subject<News> dispatcher;
    @Autowired KeyedFactory<String, CourierMessage> couriers;
    @Autowired OtpSystem system;
    @Autowired VirtualClock clock;
    @MockitoBean LedgerReader reader;
    @MockitoBean Backlog backlog;

    /** The first look of a dispatcher that was started before. */
    @BeforeEach
    void awaitFirstLook() {
        clock.awaitIdle();
        clearInvocations(reader, backlog);
        SEEN.clear();
    }

    @AfterEach
    void stopCouriers() {
        couriers.keys().toList().forEach(couriers::stop);
    }

    private void send(News news) {
        dispatcher.send(news);
        clock.awaitIdle();
    }

    private Pid running(String id) {
        couriers.start(id);
        SEEN.clear();
        return couriers.find(id).orElseThrow();
    }

    @Test
    void eachSecondActiveSubscriptionsGetTheCourierThatTheyLack() {
        given(reader.active()).willReturn(Set.of("sub_new"));

        clock.advance(SECOND.minusMillis(1));
        assertThat(SEEN).isEmpty();

        clock.advance(Duration.ofMillis(1));
        assertThat(SEEN).containsExactly("start sub_new", "wake sub_new");
    }

    @Test
    void aCourierThatRunsIsNeitherStartedNorWokenByALook() {
        given(reader.active()).willReturn(Set.of("sub_1"));
        Pid before = running("sub_1");

        clock.advance(SECOND);

        then(reader).should().active();
        assertThat(SEEN).isEmpty();
        assertThat(couriers.find("sub_1")).contains(before);
    }

    @Test
    void theCourierOfASubscriptionThatIsGoneIsStoppedAndForgotten() {
        Pid courier = running("sub_gone");

        clock.advance(SECOND);

        assertThat(Processes.isAlive(courier)).isFalse();
        assertThat(couriers.keys()).isEmpty();
        then(backlog).should().end("sub_gone");
        then(backlog).should().keep(Set.of());
    }

    @Test
    void newsIsFollowedAtOnce() {
        send(new News.SubscriptionActive("sub_new"));
        assertThat(SEEN).containsExactly("start sub_new", "wake sub_new");

        send(new News.SubscriptionActive("sub_new"));
        assertThat(SEEN).endsWith("wake sub_new").hasSize(3);

        send(new News.EventStored());
        assertThat(SEEN).endsWith("wake sub_new").hasSize(4);

        send(new News.SubscriptionInactive("sub_new"));
        assertThat(couriers.keys()).isEmpty();
        then(backlog).should().end("sub_new");
        then(reader).should(never()).active();
    }

    @Test
    void anEventStartsNoCourier() {
        running("sub_off");
        send(new News.SubscriptionInactive("sub_off"));

        send(new News.EventStored());

        assertThat(SEEN).isEmpty();
        assertThat(couriers.keys()).isEmpty();
    }

    @Test
    void aCourierThatIsLeftDownStaysDownUntilItsSubscriptionIsEnabledAgain() {
        given(reader.active()).willReturn(Set.of("crashing", "sub_1"));
        Pid other = running("sub_1");
        send(new News.SubscriptionActive("crashing"));
        send(new News.SubscriptionActive("crashing")); // one more than is tolerated
        assertThat(couriers.counts().failed()).isEqualTo(1);
        assertThat(SEEN).containsExactly("start crashing", "start crashing");

        clock.advance(SECOND.multipliedBy(3));
        send(new News.EventStored());
        assertThat(SEEN).containsExactly("start crashing", "start crashing", "wake sub_1");
        assertThat(couriers.find("sub_1")).contains(other);

        send(new News.SubscriptionInactive("crashing"));
        assertThat(couriers.counts().failed()).isZero();
        send(new News.SubscriptionActive("crashing"));
        assertThat(SEEN).filteredOn("start crashing"::equals).hasSizeGreaterThan(2);
    }

    @Test
    void aDatabaseThatCannotBeReadIsReadAgainByTheSameDispatcher() {
        Pid before = OtpTesting.pid(system, PATH);
        given(reader.active())
                .willThrow(new DataAccessResourceFailureException("no connection"))
                .willReturn(Set.of("sub_1"));

        clock.advance(SECOND);
        assertThat(SEEN).isEmpty();
        clock.advance(SECOND);

        assertThat(SEEN).containsExactly("start sub_1", "wake sub_1");
        assertThat(OtpTesting.pid(system, PATH)).isEqualTo(before);
    }

    @Test
    void aDispatcherThatIsStartedAgainLooksAtOnceAndLeavesCouriersAlone() {
        given(reader.active()).willReturn(Set.of("sub_1", "sub_2"));
        Pid courier = running("sub_1");

        OtpTesting.kill(system, PATH);

        assertThat(system).actor(PATH).isRunning().hasRestarts(1);
        clock.awaitIdle();
        assertThat(SEEN).containsExactly("start sub_2", "wake sub_2");
        assertThat(couriers.find("sub_1")).contains(courier);
    }
}

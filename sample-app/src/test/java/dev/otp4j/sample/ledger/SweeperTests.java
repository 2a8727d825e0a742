/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.times;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Pid;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.spring.test.ActorTest;
import dev.otp4j.spring.test.VirtualTime;
import dev.otp4j.test.OtpTesting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/**
 * The sweeper alone. It sweeps once a minute; each test advances the time by whole minutes, so that
 * the next sweep is always a minute away.
 */
@ActorTest(value = Sweeper.class, properties = "relay.retention=7d")
@EnableConfigurationProperties(LedgerProperties.class)
@VirtualTime
class SweeperTests {
    private static final String PATH = "/sweeper";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Instant NOW = Instant.parse("2026-05-08T12:00:00Z");

    @Autowired OtpSystem system;
    @Autowired VirtualClock time;
    @MockitoBean LedgerClient ledger;
    @TestBean Clock clock;

    static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    @BeforeEach
    void sweepNothing() {
        given(ledger.sweep(any())).willReturn(new Swept(0, false));
        clearInvocations(ledger);
    }

    @Test
    void eachMinuteEventsThatAreOlderThanTheRetentionAreRemoved() {
        time.advance(MINUTE.minusMillis(1));
        then(ledger).shouldHaveNoInteractions();

        time.advance(Duration.ofMillis(1));
        then(ledger).should().sweep(Instant.parse("2026-05-01T12:00:00Z"));

        time.advance(MINUTE);
        then(ledger).should(times(2)).sweep(any());
    }

    @Test
    void aStepThatLeavesSomethingIsFollowedByTheNextAtOnce() {
        given(ledger.sweep(any()))
                .willReturn(new Swept(200, true), new Swept(0, true), new Swept(199, false));

        time.advance(MINUTE);

        then(ledger).should(times(3)).sweep(any());
    }

    @Test
    void aLedgerThatIsUnavailableIsAskedAgainByTheSameSweeper() {
        Pid before = OtpTesting.pid(system, PATH);
        given(ledger.sweep(any()))
                .willThrow(new LedgerUnavailableException(true, new RuntimeException("busy")));

        time.advance(MINUTE);
        time.advance(MINUTE);

        then(ledger).should(times(2)).sweep(any());
        assertThat(OtpTesting.pid(system, PATH)).isEqualTo(before);
    }

    @Test
    void aSweeperThatIsStartedAgainGoesOn() {
        OtpTesting.kill(system, PATH);
        assertThat(system).actor(PATH).isRunning().hasRestarts(1);

        time.advance(MINUTE);

        then(ledger).should().sweep(any());
    }
}

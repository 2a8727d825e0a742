/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.clock;

import static dev.otp4j.test.OtpAssertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.spring.test.VirtualTime;
import dev.otp4j.test.OtpTesting;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** A whole application whose actors run on a clock that stands still. */
@SpringBootTest
@AutoConfigureMockMvc
@VirtualTime
@DirtiesContext // closes it, after it was paused and started again
class VirtualTimeTests {
    private static final Set<Long> SEEDS = new HashSet<>();
    private static final Duration DAY = Duration.ofDays(1);

    @Autowired private VirtualClock clock;
    @Autowired private OtpSystem system;
    @Autowired private Subject<Reminder.Message> reminder;
    @Autowired private ReminderApplication.Background background;
    @Autowired private MockMvcTester web;
    @Autowired private ConfigurableApplicationContext context;

    @BeforeEach
    void beginAnew() {
        OtpTesting.kill(system, "/reminder");
        clock.advance(DAY);
        assertThat(system).actor("/reminder").isRunning();
    }

    @AfterEach
    void nothingIsLeftToDo() {
        clock.awaitIdle();
    }

    @Test
    void requestsSendAndCallWhileTimeStandsStill() {
        assertThat(web.post().uri("/reminders")).hasStatusOk();
        assertThat(web.get().uri("/reminders")).bodyText().isEqualTo("0");

        clock.advance(DAY);

        assertThat(web.get().uri("/reminders")).bodyText().isEqualTo("1");
    }

    @Test
    void threadsOfAnExecutorCall() {
        reminder.send(new Reminder.Remind());
        clock.advance(DAY.minusNanos(1));
        assertThat(background.reminded().join()).isZero();

        clock.advance(Duration.ofNanos(1));

        assertThat(background.reminded().join()).isEqualTo(1);
    }

    @Test
    void aPausedContextGoesOnOnItsClock() {
        context.stop();
        assertThat(system).isStopped();
        context.start();
        reminder.send(new Reminder.Remind());
        clock.advance(DAY);

        assertThat(reminder.<Integer>call(Reminder.Count::new)).isEqualTo(1);
    }

    @Test
    void aCrashIsFollowedByARestart() {
        OtpTesting.crash(system, "/reminder", new IllegalStateException("broken"));
        clock.awaitIdle();

        assertThat(system).actor("/reminder").hasCrashedWith(IllegalStateException.class);
        assertThat(Processes.isAlive(OtpTesting.pid(system, "/reminder"))).isTrue();
    }

    @RepeatedTest(2)
    void eachMethodHasAFreshSeed() {
        assertThat(SEEDS.add(clock.seed())).isTrue();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decisions of a back-off, without time, and which back-offs are refused. */
class BackoffTests {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final Backoff BACKOFF = Backoff.exponential(FIRST, LONGEST);

    private static List<Long> millis(Backoff backoff, double random) {
        return IntStream.rangeClosed(1, 8)
                .mapToObj(attempt -> backoff.delay(attempt, random).toMillis())
                .toList();
    }

    @Test
    @Rule("BO-01")
    void delaysDoubleUpToTheLongest() {
        assertThat(millis(BACKOFF, 0))
                .containsExactly(100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L, 2_000L);
        assertThat(millis(BACKOFF.factor(3), 0))
                .containsExactly(100L, 300L, 900L, 2_000L, 2_000L, 2_000L, 2_000L, 2_000L);
        assertThat(millis(Backoff.fixed(FIRST), 0)).containsOnly(100L);
    }

    @Test
    @Rule("BO-01")
    void chanceTakesOffTheJitterAtTheMost() {
        assertThat(millis(BACKOFF, 1))
                .containsExactly(80L, 160L, 320L, 640L, 1_280L, 1_600L, 1_600L, 1_600L);
        assertThat(millis(BACKOFF.jitter(0.5), 0.5)).startsWith(75L, 150L, 300L);
        assertThat(millis(BACKOFF.jitter(0), 1)).isEqualTo(millis(BACKOFF, 0));
        assertThat(BACKOFF.jitter(1).delay(1, 1)).isPositive();
    }

    @Test
    @Rule("BO-01")
    void noDelayIsLongerThanTheLongestNorNotPositive() {
        var random = new SplittableRandom(1);
        for (int round = 0; round < 100_000; round++) {
            Duration first = Duration.ofNanos(random.nextLong(1, Long.MAX_VALUE));
            Duration longest = first.plusNanos(random.nextLong(Long.MAX_VALUE - first.toNanos()));
            Backoff any =
                    Backoff.exponential(first, longest)
                            .factor(1 + random.nextDouble(1_000))
                            .jitter(random.nextDouble());
            int attempt = random.nextInt(1, Integer.MAX_VALUE);

            assertThat(any.delay(attempt, random.nextDouble()))
                    .isPositive()
                    .isLessThanOrEqualTo(any.longest());
        }
        assertThat(BACKOFF.delay(Integer.MAX_VALUE, 0)).isEqualTo(LONGEST);
    }

    @Test
    @Rule("BO-02")
    void theDelaysBeginAgainAfterATimeWithoutAFailure() {
        Backoff backoff = BACKOFF.resetAfter(Duration.ofMinutes(1));
        Attempts first = Attempts.next(null, backoff, 0);
        assertThat(first.last()).isEqualTo(1);
        Attempts started = first.started(1_000);

        long minute = Duration.ofMinutes(1).toNanos();
        assertThat(Attempts.next(started, backoff, 1_000 + minute - 1).last()).isEqualTo(2);
        assertThat(Attempts.next(started, backoff, 1_000 + minute).last()).isEqualTo(1);
        assertThat(Attempts.next(first, backoff, 10 * minute).last())
                .as("the start has failed: the child has not run")
                .isEqualTo(2);
        assertThat(started.started(5_000)).as("a start because of a sibling").isSameAs(started);
        assertThat(backoff.attemptAfter(Integer.MAX_VALUE, null)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.exponential(Duration.ZERO, LONGEST))
                .withMessage("'first' must be positive: PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.exponential(LONGEST, FIRST))
                .withMessage("'longest' must not be shorter than 'first' (PT2S): PT0.1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BACKOFF.factor(0.9))
                .withMessage("'factor' must be finite and at least 1: 0.9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BACKOFF.factor(Double.NaN))
                .withMessageContaining("'factor'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BACKOFF.jitter(1.1))
                .withMessage("'jitter' must be from 0 to 1: 1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BACKOFF.resetAfter(Duration.ofSeconds(-1)))
                .withMessage("'resetAfter' must be positive: PT-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BACKOFF.delay(0, 0))
                .withMessage("'attempt' must be positive: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BACKOFF.delay(1, -0.1))
                .withMessage("'random' must be from 0 to 1: -0.1");
    }

    @Test
    void saysHowLongARestartTakesYet() {
        assertThat(new PendingRestart(4, Duration.ofMillis(3_160)))
                .hasToString("restarting in 3.2 s, attempt 4");
        assertThat(new PendingRestart(1, Duration.ofMillis(80)))
                .hasToString("restarting in 80 ms, attempt 1");
        assertThat(new PendingRestart(1, Duration.ZERO)).hasToString("restarting now, attempt 1");
    }

    // ---- which ones are refused

    private static ChildSpecification<?> child() {
        return ChildSpecification.worker("feed", () -> Actors.idle().start());
    }

    @Test
    @Rule("BO-03")
    void aSupervisorThatCouldNeverGiveUpIsNotStarted() {
        StaticSupervisor.Builder tree =
                StaticSupervisor.oneForOne()
                        .restartTolerance(3, Duration.ofSeconds(5))
                        .add(child().backoff(BACKOFF));

        assertThatIllegalArgumentException()
                .isThrownBy(tree::start)
                .withMessage(
                        "child 'feed' has back-off delays of up to PT2S, and its supervisor gives up at"
                                + " more than 3 restarts in PT5S: with such delays it would never"
                                + " give up. Set 'longest' to PT1.666666666S or less, or 'period'"
                                + " to PT6S or more");
    }

    @Test
    @Rule("BO-03")
    void aFactoryThatCouldNeverGiveUpIsNotStarted() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                FactorySupervisor.workerChild((Integer n) -> Actors.idle().start())
                                        .restartTolerance(3, Duration.ofSeconds(5))
                                        .backoff(BACKOFF)
                                        .start())
                .withMessageStartingWith("the child template of a factory has back-off delays");
    }

    @OtpTest
    @Test
    @Rule("BO-03")
    void theLongestDelayThatFitsIsTaken() {
        StaticSupervisor tree =
                StaticSupervisor.oneForOne()
                        .restartTolerance(3, Duration.ofSeconds(6))
                        .add(child().backoff(BACKOFF))
                        .start()
                        .data();

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                tree.startChild(
                                        child().withId("late")
                                                .backoff(Backoff.fixed(LONGEST.plusNanos(1)))))
                .withMessageStartingWith("child 'late' has back-off delays");
        assertThat(tree.children()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Rule("BO-03")
    void aTemporaryChildWithDelaysIsRefused(boolean backoff) {
        ChildSpecification<?> temporary = child().restart(Restart.TEMPORARY);
        ChildSpecification<?> delayed =
                backoff
                        ? temporary.backoff(Backoff.fixed(FIRST))
                        : temporary.awaitThreadOnKill(LONGEST);

        assertThatIllegalArgumentException()
                .isThrownBy(StaticSupervisor.oneForOne().add(delayed)::start)
                .withMessageStartingWith("child 'feed' is TEMPORARY, so '")
                .withMessageContaining("Make it TRANSIENT or PERMANENT, or remove '")
                .withMessageContaining(backoff ? "remove 'backoff'" : "remove 'awaitThreadOnKill'");
    }

    @Test
    void settingsAreKeptByEachOther() {
        ChildSpecification<?> all =
                child().backoff(BACKOFF)
                        .awaitThreadOnKill(LONGEST)
                        .restart(Restart.TRANSIENT)
                        .shutdown(FIRST)
                        .interruptOnKill(false)
                        .significant(true)
                        .declaredBy(BackoffTests.class)
                        .withId("other")
                        .mapData(data -> 1);

        assertThat(all.backoff()).contains(BACKOFF);
        assertThat(all.awaitThreadOnKill()).isEqualTo(LONGEST);
        assertThat(all.restart()).isEqualTo(Restart.TRANSIENT);
        assertThat(all.shutdown()).isEqualTo(new Shutdown.After(FIRST));
        assertThat(all.interruptOnKill()).isFalse();
        assertThat(all.isSignificant()).isTrue();
        assertThat(all.declaredBy()).contains(BackoffTests.class);
        assertThat(child().backoff()).isEmpty();
        assertThat(child().awaitThreadOnKill()).isZero();
    }
}

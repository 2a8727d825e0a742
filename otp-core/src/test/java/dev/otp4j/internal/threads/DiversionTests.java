/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.testkit.Race;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When starts are diverted, and when what was kept is started, on a clock of the test's. */
class DiversionTests {
    private long now = TimeUnit.HOURS.toNanos(1);
    private int turnsEnded;
    private final List<Runnable> probes = new ArrayList<>();
    private final Diversion diversion =
            new Diversion(DiversionSettings.DEFAULT, probes::add, () -> turnsEnded++, () -> now);

    private void passes(long micros) {
        now += TimeUnit.MICROSECONDS.toNanos(micros);
    }

    /** The probe that was sent last begins. */
    private void probeBegins() {
        probes.getLast().run();
    }

    /** A probe is sent, and begins at once; five milliseconds later it is looked after. */
    private void ordinaryLook() {
        diversion.begin(now);
        assertThat(diversion.isOn()).isFalse();
        probeBegins();
        passes(5_000);
        diversion.look(now);
        assertThat(diversion.isProbing()).isFalse();
    }

    private AtomicInteger kept() {
        var starts = new AtomicInteger();
        diversion.keep(starts::incrementAndGet);
        return starts;
    }

    private static boolean isStarted(AtomicInteger starts) {
        assertThat(starts.get()).as("starts").isLessThan(2);
        return starts.get() == 1;
    }

    @Test
    void everyFiftyMillisecondsOfStartsTheyAreDiverted() {
        for (int i = 0; i < 10; i++) ordinaryLook();
        assertThat(turnsEnded).isZero();
        diversion.begin(now);
        assertThat(diversion.isOn()).isTrue();
        assertThat(turnsEnded).isOne();
    }

    @Test
    void everyTenMillisecondsWhileTurnsAreUsedUp() {
        for (int i = 0; i < 2; i++) {
            diversion.press();
            ordinaryLook();
        }
        diversion.begin(now);
        assertThat(diversion.isOn()).isTrue();
    }

    @Test
    void afterADiversionTheTimeCountsAnewAndTheTurnsThatWereUsedUpAreForgotten() {
        everyTenMillisecondsWhileTurnsAreUsedUp();
        probeBegins();
        passes(20);
        diversion.look(now);
        for (int i = 0; i < 10; i++) ordinaryLook();
        diversion.begin(now);
        assertThat(diversion.isOn()).isTrue();
    }

    @Test
    void afterAPauseTheTimeCountsAnew() {
        diversion.press();
        for (int i = 0; i < 2; i++) ordinaryLook();
        passes(50_001);
        ordinaryLook();
    }

    private void divert() {
        diversion.press();
        for (int i = 0; i < 2; i++) ordinaryLook();
        diversion.begin(now);
        assertThat(diversion.isOn()).isTrue();
    }

    @Test
    void whatIsDivertedIsKeptUntilAMomentAfterTheProbeHasBegun() {
        divert();
        AtomicInteger start = kept();
        passes(4_000);
        diversion.look(now);
        assertThat(isStarted(start)).as("the probe has not begun").isFalse();
        probeBegins();
        diversion.look(now);
        passes(19);
        diversion.look(now);
        assertThat(isStarted(start)).as("a moment later").isFalse();
        passes(1);
        diversion.look(now);
        assertThat(isStarted(start)).isTrue();
        assertThat(diversion.isOn()).isFalse();
        assertThat(diversion.isProbing()).isFalse();
        assertThat(diversion.isEmpty()).isTrue();
    }

    @Test
    void aProbeThatDoesNotBeginDivertsForTwentyMillisecondsThenNotForTwentyThenForForty() {
        diversion.begin(now);
        passes(4_999);
        diversion.look(now);
        assertThat(diversion.isOn()).as("not late yet").isFalse();
        for (int span : new int[] {20, 40, 80, 160, 160}) {
            passes(1);
            diversion.look(now);
            assertThat(diversion.isOn()).as("late").isTrue();
            AtomicInteger start = kept();
            passes(span * 1_000 - 1);
            diversion.look(now);
            assertThat(isStarted(start)).as("kept for " + span).isFalse();
            passes(1);
            diversion.look(now);
            assertThat(diversion.isOn()).as("it does not help").isFalse();
            assertThat(isStarted(start)).as("started all the same").isTrue();
            passes(19_999);
            diversion.look(now);
            assertThat(diversion.isOn()).isFalse();
        }
        assertThat(turnsEnded).isEqualTo(5);
        assertThat(diversion.waiting(now)).isEqualTo(Duration.ofNanos(564_999_000));
    }

    @Test
    void aLateProbeThatBeginsEndsThat() {
        diversion.begin(now);
        passes(6_000);
        diversion.look(now);
        AtomicInteger start = kept();
        probeBegins();
        assertThat(diversion.waiting(now)).isZero();
        passes(20);
        diversion.look(now);
        assertThat(diversion.isOn()).isFalse();
        assertThat(isStarted(start)).isTrue();
    }

    @Test
    void theSentryLooksOftenOnlyWhileStartsAreDiverted() {
        diversion.begin(now);
        assertThat(diversion.nap(now)).isEqualTo(5_000_000);
        passes(6_000);
        diversion.look(now);
        assertThat(diversion.nap(now)).isEqualTo(1_000_000);
        probeBegins();
        assertThat(diversion.nap(now)).isEqualTo(50_000);
    }

    @Test
    void aStartThatComesTooLateToBeKeptIsStarted() {
        divert();
        diversion.stop();
        assertThat(isStarted(kept())).isTrue();
    }

    @Test
    void aStartThatFailsIsTriedAgainAtTheNextLook() {
        divert();
        var attempts = new AtomicInteger();
        diversion.keep(
                () -> {
                    if (attempts.incrementAndGet() < 3) throw new OutOfMemoryError("no thread");
                });
        AtomicInteger other = kept();
        probeBegins();
        passes(20);
        diversion.look(now);
        assertThat(attempts).hasValue(1);
        assertThat(diversion.isEmpty()).as("kept still").isFalse();
        diversion.look(now);
        assertThat(attempts).hasValue(2);
        assertThat(isStarted(other)).isTrue();
        diversion.look(now);
        assertThat(attempts).hasValue(3);
        assertThat(diversion.isEmpty()).isTrue();
    }

    /** No thread waits for it; the next look sends another one. */
    @Test
    void aProbeThatCannotBeSentIsNotOnItsWay() {
        var withoutMemory =
                new Diversion(
                        DiversionSettings.DEFAULT,
                        probe -> {
                            throw new OutOfMemoryError("no thread");
                        },
                        () -> {},
                        () -> now);
        assertThatThrownBy(() -> withoutMemory.begin(now)).isInstanceOf(OutOfMemoryError.class);
        assertThat(withoutMemory.isProbing()).isFalse();
    }

    private record Round(Diversion diversion, AtomicInteger start) {
        static Round fresh() {
            var probes = new ArrayList<Runnable>();
            long[] now = {0};
            var diversion =
                    new Diversion(DiversionSettings.DEFAULT, probes::add, () -> {}, () -> now[0]);
            diversion.begin(0);
            diversion.look(DiversionSettings.DEFAULT.patience());
            assertThat(diversion.isOn()).isTrue();
            return new Round(diversion, new AtomicInteger());
        }
    }

    /** The second of the two sees the first. */
    @Tag("race")
    @Test
    void noStartIsForgottenWhenTheDiversionEnds() {
        Race.run(
                100_000,
                Duration.ofSeconds(2),
                Round::fresh,
                round -> assertThat(isStarted(round.start)).isTrue(),
                round -> round.diversion.keep(round.start::incrementAndGet),
                round -> round.diversion.stop());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which lag slows the intake. Lanes are looked at with times that the tests choose. */
@Timeout(30)
class BacklogTests {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final double SLOW_RATE = 10;

    private final Tail tail = new Tail();
    private final long start = System.nanoTime();
    private final Lane lane = new Lane();

    /** Event n is accepted n seconds after the start. */
    private void accept(long from, long to) {
        tail.append(
                LongStream.rangeClosed(from, to)
                        .mapToObj(n -> new StoredEvent(n, "evt_" + n, new byte[1], at(n)))
                        .toList());
    }

    private long at(long second) {
        return start + second * SECOND;
    }

    private long look(long second) {
        return lane.look(at(second), tail, SLOW_RATE, SECOND) / SECOND;
    }

    @Test
    void aLaneLagsByTheAgeOfItsFirstPendingDelivery() {
        lane.settled(0, true);
        accept(1, 10);
        assertThat(look(1)).isZero();

        assertThat(look(5)).isEqualTo(4);
        lane.settled(4, true);
        assertThat(look(6)).isEqualTo(1);
        lane.settled(10, true);
        assertThat(look(20)).isZero();
    }

    @Test
    void aSubscriberThatFailsDoesNotCount() {
        lane.settled(0, true);
        accept(1, 10);
        look(1);
        lane.failed();

        assertThat(look(9)).isZero();
    }

    @Test
    void oneThatComesBackIsMeasuredByItsBacklogAtThatTime() {
        accept(1, 100);
        lane.failed();
        assertThat(look(50)).isZero();

        lane.settled(1, true);
        assertThat(look(50)).as("48 s behind, which is not the relay's fault").isZero();
        assertThat(look(53)).as("but it must not fall back further").isEqualTo(3);
        lane.settled(90, true);
        assertThat(look(91)).isZero();
        assertThat(look(94)).isEqualTo(3);
    }

    @Test
    void oneThatKeepsARequestWaitingDoesNotCount() {
        lane.settled(0, true);
        accept(1, 10);
        long now = System.nanoTime();
        lane.look(now, tail, SLOW_RATE, SECOND);
        lane.requesting();

        assertThat(lane.look(now + SECOND / 2, tail, SLOW_RATE, SECOND)).isZero();
        assertThat(lane.look(now + 3 * SECOND, tail, SLOW_RATE, SECOND)).isZero();
        lane.answered(false);
        assertThat(lane.look(now + 3 * SECOND, tail, SLOW_RATE, SECOND)).isZero();
        assertThat(lane.look(now + 5 * SECOND, tail, SLOW_RATE, SECOND)).isPositive();
    }

    @Test
    void oneThatIsTooSlowForTheRateOfEventsDoesNotCount() throws Exception {
        lane.settled(0, true);
        accept(1, 10);
        lane.requesting();
        Thread.sleep(20); // how long its fastest answer takes
        lane.answered(true);
        assertThat(lane.look(at(1), tail, 10, SECOND)).isZero();

        assertThat(lane.look(at(5), tail, 10, SECOND)).isPositive();
        assertThat(lane.look(at(5), tail, 1_000, SECOND)).isZero();
    }

    @Test
    void anEventWaitsUntilTheLagIsGoneAndIsRefusedIfThatTakesTooLong() throws Exception {
        var backlog = new Backlog(tail, LedgerFixture.properties(Duration.ofSeconds(5)));
        Lane slow = backlog.begin("sub");
        slow.settled(1, true);
        long now = System.nanoTime();
        var old = new StoredEvent(2, "evt_2", new byte[1], now);
        tail.append(List.of(new StoredEvent(1, "evt_1", new byte[1], now), old));
        backlog.pass();
        while (System.nanoTime() - now < 1_100_000_000) Thread.onSpinWait();

        assertThatExceptionOfType(IntakeSlowedException.class)
                .isThrownBy(backlog::pass)
                .withMessageMatching("the relay slows its intake because a delivery has waited for"
                        + " \\d+ ms; nothing was changed");
        Thread waiting = Thread.ofVirtual().start(backlog::pass);
        assertThat(waiting.join(Duration.ofMillis(100))).isFalse();
        slow.settled(2, true);
        assertThat(waiting.join(Duration.ofSeconds(5))).isTrue();
        slow.settled(1, true);
        backlog.end("sub");
        backlog.pass();
    }

    @Test
    void aCourierThatStartsAgainGoesOnFromItsClaim() {
        accept(1, 10);
        var subscription = Subscription.of(URI.create("http://localhost/"), Secret.generate());
        var progress = new Progress(subscription.id(), 3, 0, null, null, null, null);
        lane.claimed(new Claim(subscription, progress, List.of()));

        assertThat(look(4)).isZero();
        assertThat(look(7)).isEqualTo(3);
        lane.claimed(
                new Claim(
                        subscription,
                        new Progress(subscription.id(), 3, 2, null, null, 503, null),
                        List.of()));
        assertThat(look(9)).isZero();
    }
}

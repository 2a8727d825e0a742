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
                        .mapToObj(
                                n -> new StoredEvent(n, "evt_" + n, new byte[1], at(n), null, null))
                        .toList());
    }

    private long at(long second) {
        return start + second * SECOND;
    }

    private long room(long second) {
        return lane.room(at(second), tail, SLOW_RATE, 2 * SECOND, 0);
    }

    private static final long ANY = Long.MAX_VALUE;

    /** How many may be pending while it is not known how long a delivery takes. */
    private static final long UNMEASURED = 32;

    @Test
    void aLaneThatLagsByMoreThanTheLimitHasNoRoom() {
        lane.settled(0, true);
        accept(1, 1);
        assertThat(room(1)).isPositive();

        accept(2, 10);
        assertThat(room(3)).isPositive();
        assertThat(room(5)).isZero();
        lane.settled(4, true);
        assertThat(room(6)).isPositive();
        lane.settled(10, true);
        assertThat(room(20)).isPositive();
    }

    @Test
    void asMuchComesInAsCanBeDeliveredWithinTheLimit() {
        lane.settled(0, true);
        accept(1, 1);
        lane.settled(1, true);
        assertThat(room(1)).isEqualTo(UNMEASURED);
        assertThat(lane.room(at(1), tail, SLOW_RATE, 2 * SECOND, 30)).isEqualTo(UNMEASURED - 30);

        lane.requesting(at(1));
        lane.answered(true, at(1) + SECOND / 10);

        long most = room(1);
        assertThat(most).isEqualTo(20);
        accept(2, 6);
        assertThat(lane.room(at(2), tail, 1, 2 * SECOND, 0)).isEqualTo(Math.max(0, most - 5));
    }

    @Test
    void aSubscriberThatFailsDoesNotCount() {
        lane.settled(0, true);
        accept(1, 10);
        room(1);
        lane.failed();

        assertThat(room(9)).isEqualTo(ANY);
    }

    @Test
    void oneThatComesBackIsMeasuredByItsBacklogAtThatTime() {
        accept(1, 100);
        lane.failed();
        assertThat(room(50)).isEqualTo(ANY);

        lane.settled(1, true);
        assertThat(room(50))
                .as("48 s behind, which is not the relay's fault")
                .isEqualTo(UNMEASURED);
        accept(101, 101);
        assertThat(room(53)).as("but it must not fall back further").isZero();
        lane.settled(90, true);
        assertThat(room(91)).isPositive();
        accept(102, 102);
        assertThat(room(94)).isZero();
    }

    /** Events that came in one after another at once: the lag of the next one grows and grows. */
    @Test
    void anOldBacklogThatIsWorkedOffDoesNotStopTheIntake() {
        accept(1, 100);
        lane.failed();
        assertThat(room(100)).isEqualTo(ANY);
        lane.settled(1, true);
        assertThat(room(100)).isEqualTo(UNMEASURED);

        lane.settled(2, true);
        assertThat(room(110)).as("9 s more").isEqualTo(UNMEASURED);
        accept(101, 102);
        assertThat(room(111)).as("one more than before").isZero();
        lane.settled(4, true);
        assertThat(room(120)).isEqualTo(UNMEASURED);
    }

    @Test
    void oneThatKeepsARequestWaitingDoesNotCount() {
        lane.settled(0, true);
        accept(1, 10);
        long now = System.nanoTime();
        lane.room(now, tail, SLOW_RATE, SECOND, 0);
        lane.requesting();

        assertThat(lane.room(now + SECOND / 2, tail, SLOW_RATE, SECOND, 0)).isNotEqualTo(ANY);
        assertThat(lane.room(now + 3 * SECOND, tail, SLOW_RATE, SECOND, 0)).isEqualTo(ANY);
        lane.answered(true);
        assertThat(lane.room(now + 3 * SECOND, tail, SLOW_RATE, SECOND, 0)).isNotEqualTo(ANY);
    }

    @Test
    void oneThatIsTooSlowForTheRateOfEventsDoesNotCount() {
        lane.settled(0, true);
        accept(1, 10);
        lane.requesting(at(1));
        lane.answered(true, at(1) + SECOND / 50);

        assertThat(lane.room(at(1), tail, 10, SECOND, 0)).isNotEqualTo(ANY);
        assertThat(lane.room(at(1), tail, 1_000, SECOND, 0)).isEqualTo(ANY);
    }

    @Test
    void anEventWaitsUntilThereIsRoomAndIsRefusedIfThatTakesTooLong() throws Exception {
        var backlog = new Backlog(tail, LedgerFixture.properties(Duration.ofSeconds(5)));
        Lane slow = backlog.begin("sub");
        slow.settled(0, true);
        for (int n = 0; n < UNMEASURED; n++) backlog.enter();

        assertThatExceptionOfType(IntakeSlowedException.class)
                .isThrownBy(backlog::enter)
                .withMessage(
                        "the relay slows its intake, because deliveries wait; nothing was changed");
        Thread waiting = Thread.ofVirtual().start(backlog::enter);
        assertThat(waiting.join(Duration.ofMillis(100))).isFalse();
        backlog.leave();
        assertThat(waiting.join(Duration.ofSeconds(5))).isTrue();
        backlog.end("sub");
        backlog.enter();
    }

    @Test
    void aCourierThatStartsAgainGoesOnFromItsClaim() {
        accept(1, 10);
        var subscription = Subscription.of(URI.create("http://localhost/"), Secret.generate());
        var nothing = new Pending(List.of(), 3);
        var progress = new Progress(subscription.id(), 3, 0, null, null, null, null);
        lane.claimed(new Claim(subscription, progress, nothing, Replays.NONE, 0));

        assertThat(room(4)).isPositive().isNotEqualTo(ANY);
        accept(11, 11);
        assertThat(room(7)).isZero();
        lane.claimed(
                new Claim(
                        subscription,
                        new Progress(subscription.id(), 3, 2, null, null, 503, null),
                        nothing,
                        Replays.NONE,
                        0));
        assertThat(room(9)).isEqualTo(ANY);
    }
}

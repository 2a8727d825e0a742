/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.test.DetectLeaks;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is stored of replays, and what a courier gets to do. */
@Timeout(60)
@DetectLeaks
@ParameterizedClass
@EnumSource
class ReplayTests {
    @Parameter Kind kind;

    @TempDir Path folder;

    private final Subscription subscription =
            Subscription.of(URI.create("http://localhost/"), Secret.generate());
    private LedgerFixture fixture;
    private LedgerClient client;

    @BeforeEach
    void open() {
        fixture = new LedgerFixture(kind.url(folder));
        client = fixture.client(Duration.ofSeconds(5));
        client.subscribe(subscription);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String fail(String key) {
        String id = ((Stored.As) client.store(NewEvent.of("{}".getBytes(), key))).eventId();
        note(fixture.next(subscription), DeliveryState.FAILED);
        return id;
    }

    private void note(Due due, DeliveryState state) {
        assertThat(client.note(List.of(LedgerFixture.attempt(due, state, 500)))).isTrue();
    }

    private Replays replays() {
        return fixture.reader.claim(subscription.id()).orElseThrow().replays();
    }

    private ReplayResult retry(String event) {
        return client.replay(ReplayRequest.ofEvent(subscription.id(), event));
    }

    private ReplayResult replayAll() {
        return client.replay(ReplayRequest.ofFailed(subscription.id(), Instant.EPOCH));
    }

    private List<Integer> attempts(String event) {
        return fixture.deliveries.attempts(event, subscription.id()).orElseThrow().stream()
                .map(LoggedAttempt::number)
                .sorted()
                .toList();
    }

    private DeliveryState state(String event) {
        return fixture.deliveries.event(event).orElseThrow().deliveries().getFirst().state();
    }

    @Test
    void aRepeatedResultOfAReplayChangesNothing() {
        String event = fail("one");
        assertThat(retry(event)).isEqualTo(ReplayResult.STARTED);
        Due due = replays().due().getFirst();

        note(due, DeliveryState.PENDING);
        note(due, DeliveryState.PENDING);
        note(due, DeliveryState.DELIVERED);

        assertThat(attempts(event)).containsExactly(1, 2);
        assertThat(state(event)).isEqualTo(DeliveryState.PENDING);
        Due again = replays().due().getFirst();
        assertThat(again.attempts()).isEqualTo(1);
        note(again, DeliveryState.FAILED);
        note(again, DeliveryState.FAILED);
        assertThat(attempts(event)).containsExactly(1, 2, 3);
        assertThat(state(event)).isEqualTo(DeliveryState.FAILED);
        assertThat(replays()).isEqualTo(Replays.NONE);
    }

    /** Otherwise two replays would count the same attempt. */
    @Test
    void noDeliveryIsInTwoReplaysAtATime() {
        String first = fail("one");
        String second = fail("two");
        String third = fail("three");
        assertThat(retry(second)).isEqualTo(ReplayResult.STARTED);
        assertThat(replayAll()).isEqualTo(ReplayResult.STARTED);
        assertThat(retry(second)).isEqualTo(ReplayResult.PENDING);
        assertThat(retry(third)).isEqualTo(ReplayResult.PENDING);
        assertThat(replayAll()).isEqualTo(ReplayResult.PENDING);

        Due single = replays().due().getFirst();
        assertThat(single.eventId()).isEqualTo(second);
        client.note(
                List.of(
                        new Attempt(
                                single,
                                DeliveryState.PENDING,
                                Instant.now().plusSeconds(3_600),
                                500,
                                "status 500",
                                Instant.now(),
                                Duration.ZERO)));

        List<Due> others = replays().due();
        assertThat(others).extracting(Due::eventId).containsExactly(first, third);
        client.note(
                others.stream()
                        .<Outcome>map(
                                due -> LedgerFixture.attempt(due, DeliveryState.DELIVERED, 204))
                        .toList());
        assertThat(replays().due()).isEmpty();
        assertThat(replays().dueIn()).isPositive();
        assertThat(state(first)).isEqualTo(DeliveryState.DELIVERED);
        assertThat(state(second)).isEqualTo(DeliveryState.PENDING);
        assertThat(state(third)).isEqualTo(DeliveryState.DELIVERED);
    }

    private void notedToBeRepeatedLater(Due due) {
        var attempt =
                new Attempt(
                        due,
                        DeliveryState.PENDING,
                        Instant.now().plusSeconds(3_600),
                        500,
                        "status 500",
                        Instant.now(),
                        Duration.ZERO);
        assertThat(client.note(List.of(attempt))).isTrue();
    }

    private String deliver(String key) {
        String id = ((Stored.As) client.store(NewEvent.of("{}".getBytes(), key))).eventId();
        note(fixture.next(subscription), DeliveryState.DELIVERED);
        return id;
    }

    /** The older replay is of all that failed, and does not concern the event between. */
    @Test
    void aDeliveryIsInOneSingleReplayAlsoWithinTheRangeOfAnother() {
        fail("one");
        String between = deliver("two");
        fail("three");
        assertThat(replayAll()).isEqualTo(ReplayResult.STARTED);

        assertThat(retry(between)).isEqualTo(ReplayResult.STARTED);

        assertThat(state(between)).isEqualTo(DeliveryState.PENDING);
        assertThat(retry(between)).isEqualTo(ReplayResult.PENDING);
        Due single = replays().due().getFirst();
        assertThat(single.eventId()).isEqualTo(between);
        notedToBeRepeatedLater(single);
        assertThat(fixture.deliveries.event(between).orElseThrow().deliveries().getFirst())
                .extracting(EventStatus.Delivery::state, EventStatus.Delivery::attempts)
                .containsExactly(DeliveryState.PENDING, 2);
    }

    /** Earlier versions have let a delivery into two: a database that has them must go on. */
    @Test
    void ofTwoSingleReplaysOfADeliveryTheSecondWaitsForTheEndOfTheFirst() {
        String event = fail("one");
        assertThat(retry(event)).isEqualTo(ReplayResult.STARTED);
        fixture.jdbc
                .sql(
                        """
                        INSERT INTO replay (id, subscription_id, single, position, until_position)
                        SELECT 'rep_0', subscription_id, single, position, until_position FROM replay
                        """)
                .update();
        notedToBeRepeatedLater(replays().due().getFirst());

        assertThat(replays().due()).isEmpty();
        assertThat(replays().dueIn()).isPositive();

        fixture.jdbc.sql("UPDATE replay SET next_at = attempted_at").update();
        note(replays().due().getFirst(), DeliveryState.FAILED);
        note(replays().due().getFirst(), DeliveryState.DELIVERED);
        assertThat(attempts(event)).containsExactly(1, 2, 3, 4);
        assertThat(state(event)).isEqualTo(DeliveryState.DELIVERED);
        assertThat(replays()).isEqualTo(Replays.NONE);
    }

    /** The ids have the time: after a clock was set back, a later one comes first. */
    @Test
    void theReplayThatHasBegunGoesOnWhenAnotherHasASmallerId() {
        String first = fail("one");
        String second = fail("two");
        assertThat(replayAll()).isEqualTo(ReplayResult.STARTED);
        note(replays().due().getFirst(), DeliveryState.FAILED);
        Due begun = replays().due().getFirst();
        assertThat(begun.eventId()).isEqualTo(second);
        notedToBeRepeatedLater(begun);

        var earlier = new ReplayRequest("rep_0", subscription.id(), null, Instant.EPOCH);
        assertThat(client.replay(earlier)).isEqualTo(ReplayResult.STARTED);

        assertThat(replays().due()).isEmpty();
        assertThat(replays().dueIn()).isPositive();
        assertThat(fixture.deliveries.event(second).orElseThrow().deliveries().getFirst())
                .extracting(EventStatus.Delivery::state, EventStatus.Delivery::attempts)
                .containsExactly(DeliveryState.PENDING, 2);
        assertThat(state(first)).isEqualTo(DeliveryState.PENDING);
    }

    @Test
    void aReplayInWhichNothingIsLeftEnds() {
        String first = fail("one");
        fail("two");
        assertThat(replayAll()).isEqualTo(ReplayResult.STARTED);
        List<Due> due = replays().due();
        fixture.jdbc.sql("DELETE FROM failed").update();

        Passed over = replays().over();
        assertThat(over).isNotNull();
        assertThat(client.note(List.of(over))).isTrue();

        assertThat(replays()).isEqualTo(Replays.NONE);
        note(due.getFirst(), DeliveryState.DELIVERED);
        assertThat(state(first)).as("a result that comes too late").isEqualTo(DeliveryState.FAILED);
    }

    /** As if so many replays were under way. */
    private void addReplays(int number) {
        fixture.jdbc
                .sql(
                        """
                        INSERT INTO replay (id, subscription_id, single, position, until_position)
                        SELECT CONCAT('rep_', n.n), ?, TRUE, 1000 + n.n, 1001 + n.n
                        FROM %s
                        """
                                .formatted(kind.numbers(1, number)))
                .param(subscription.id())
                .update();
    }

    private Stored test() {
        NewEvent event = NewEvent.of("{}".getBytes(StandardCharsets.UTF_8), null);
        return client.storeFor(subscription.id(), event);
    }

    @Test
    void thereIsALimitOfReplaysThatAreUnderWay() {
        String event = fail("one");
        addReplays(ReplayStep.MOST);

        assertThat(retry(event)).isEqualTo(ReplayResult.TOO_MANY);
    }

    @Test
    void anEventForOneSubscriptionCountsAsAReplay() {
        addReplays(ReplayStep.MOST - 1);
        assertThat(test()).isInstanceOf(Stored.As.class);

        assertThat(test()).isEqualTo(new Stored.TooMany());

        assertThat(fixture.events()).isEqualTo(1);
    }

    /** A batch adds its replays at its end. */
    @Test
    void eventsOfOneTransactionCountAsWell() {
        addReplays(ReplayStep.MOST - 1);
        var two = new ArrayList<LedgerMessage>();
        for (int n = 0; n < 2; n++) {
            NewEvent event = NewEvent.of("{}".getBytes(StandardCharsets.UTF_8), null);
            two.add(
                    new LedgerMessage.Store(
                            event.only(subscription.id()), new Ticket(), fixture.ignored()));
        }

        fixture.store.make(two, new HashSet<>());

        assertThat(fixture.events()).isEqualTo(1);
    }
}

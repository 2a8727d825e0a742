/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.ledger.ResultMessage.Note;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ResultsTests {
    @TempDir Path folder;

    private static List<Subscription> subscribe(LedgerClient client, int number) {
        List<Subscription> all =
                IntStream.range(0, number)
                        .mapToObj(
                                n ->
                                        Subscription.of(
                                                URI.create("http://localhost/"), Secret.generate()))
                        .toList();
        all.forEach(client::subscribe);
        return all;
    }

    private static Note note(LedgerFixture fixture, Subscription subscription) {
        Attempt attempt =
                LedgerFixture.attempt(fixture.next(subscription), DeliveryState.DELIVERED, 204);
        return new Note(subscription.id(), 1, List.of(attempt), fixture.ignored());
    }

    /** As if a fault of the relay had made two results of one delivery. */
    private static void contradict(LedgerFixture fixture, Subscription subscription) {
        fixture.jdbc
                .sql(
                        "INSERT INTO delivery (position, subscription_id, state, attempts)"
                                + " VALUES (?, ?, 'delivered', 1)")
                .params(fixture.next(subscription).position(), subscription.id())
                .update();
    }

    private static long position(LedgerFixture fixture, Subscription subscription) {
        return fixture.reader.claim(subscription.id()).orElseThrow().progress().position();
    }

    @ParameterizedTest
    @EnumSource
    void resultsThatContradictOthersDoNotKeepThoseOfOtherSubscriptionsFromBeingStored(Kind kind) {
        try (var fixture = new LedgerFixture(kind.url(folder))) {
            LedgerClient client = fixture.client(Duration.ofSeconds(10));
            List<Subscription> all = subscribe(client, 5);
            client.store(NewEvent.of("{}".getBytes(StandardCharsets.UTF_8), null));
            List<ResultMessage> notes =
                    all.stream().<ResultMessage>map(each -> note(fixture, each)).toList();
            contradict(fixture, all.get(2));
            var results = new Results(fixture.results);

            results.onMessages(results.init(fixture.ignored()), notes);

            assertThat(all.stream().map(each -> position(fixture, each)))
                    .containsExactly(1L, 1L, 0L, 1L, 1L);
        }
    }

    /** The courier keeps them, and asks again. */
    @ParameterizedTest
    @EnumSource
    void resultsThatContradictOthersAreRefused(Kind kind) {
        try (var fixture = new LedgerFixture(kind.url(folder))) {
            LedgerClient client = fixture.client(Duration.ofSeconds(10));
            Subscription broken = subscribe(client, 1).getFirst();
            client.store(NewEvent.of("{}".getBytes(StandardCharsets.UTF_8), null));
            Note note = note(fixture, broken);
            contradict(fixture, broken);

            assertThat(client.note(note.outcomes())).isFalse();
        }
    }
}

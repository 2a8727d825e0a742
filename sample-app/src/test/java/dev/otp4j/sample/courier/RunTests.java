/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.Lane;
import dev.otp4j.sample.ledger.Secret;
import dev.otp4j.sample.ledger.Subscription;
import dev.otp4j.sample.ledger.Turn;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RunTests {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final WebhookSender sender = mock();
    private final Lane lane = mock();
    private final AtomicBoolean current = new AtomicBoolean(true);

    private static List<Due> due(int number) {
        var subscription = Subscription.of(URI.create("https://example.org/"), Secret.generate());
        return IntStream.range(0, number)
                .mapToObj(
                        n ->
                                new Due(
                                        subscription,
                                        n + 1,
                                        "evt_" + n,
                                        "{}".getBytes(),
                                        0,
                                        0,
                                        new Turn(null, n, 0)))
                .toList();
    }

    /** Runs it and waits for its end; {@return how many requests have ended} */
    private int run(int number) {
        var ended = new CompletableFuture<Integer>();
        Processes.spawn(
                () -> {
                    Subject<CourierMessage> ends = Subject.create();
                    Run.start(due(number), current::get, sender, lane, ends);
                    int count = 0;
                    while (ends.receive(SOON).orElseThrow() instanceof Ended) count++;
                    ended.complete(count);
                });
        return ended.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static Answer taken() {
        return new Answer.Status(204, null);
    }

    @Test
    void allRequestsAreMadeWhileTheSubscriptionStaysAsItIs() {
        given(sender.send(any())).willReturn(taken());

        assertThat(run(3)).isEqualTo(3);
    }

    /** With the new secret, the new URL or the new types. */
    @Test
    void noRequestBeginsAfterTheSubscriptionWasChanged() {
        given(sender.send(any()))
                .willAnswer(
                        request -> {
                            current.set(false);
                            return taken();
                        });

        assertThat(run(3)).isEqualTo(1);
        then(sender).should(times(1)).send(any());
    }

    @Test
    void noRequestIsMadeIfItWasChangedBeforeTheFirst() {
        current.set(false);

        assertThat(run(3)).isZero();
        then(sender).shouldHaveNoInteractions();
    }
}

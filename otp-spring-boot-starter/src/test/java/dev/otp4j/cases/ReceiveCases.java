/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Selectors whose functions have side effects, applied to messages that were skipped before. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ReceiveCases {
    private static final Duration ZERO = Duration.ZERO;

    private static <T> T inProcess(Supplier<T> body) {
        try (ProcessRuntime runtime = ProcessRuntime.builder().name("cases").build()) {
            return Processes.run(runtime, body);
        }
    }

    @Test
    @Tag("G1")
    void aFunctionThatThrowsHasTakenItsMessage() {
        List<String> results = inProcess(ReceiveCases::divideFiveTimes);

        assertThat(results).containsExactly("failed", "100", "50", "nothing", "nothing");
    }

    private static List<String> divideFiveTimes() {
        Subject<Integer> numbers = Subject.create();
        for (int n = 0; n < 3; n++) numbers.send(n);
        Subject.<String>create().receive(ZERO);
        Selector<Integer> inverse = Selector.<Integer>create().selectMap(numbers, n -> 100 / n);
        var results = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            try {
                results.add(inverse.receive(ZERO).map(String::valueOf).orElse("nothing"));
            } catch (ArithmeticException e) {
                results.add("failed");
            }
        }
        return results;
    }

    @Test
    @Tag("G2")
    void aFunctionThatReceivesTakesTheNextMessageAndLosesNone() {
        List<String> results = inProcess(ReceiveCases::joinTwo);

        assertThat(results).containsExactly("a1+a2", "b0", "b3", "a4", "b5");
    }

    private static List<String> joinTwo() {
        Subject<String> a = Subject.create();
        Subject<String> b = Subject.create();
        for (String text : List.of("b0", "a1", "a2", "b3", "a4", "b5")) {
            (text.startsWith("a") ? a : b).send(text);
        }
        Subject.<String>create().receive(ZERO);
        var results = new ArrayList<String>();
        Selector.<String>create()
                .selectMap(a, m -> m + "+" + a.receive(ZERO).orElse("nothing"))
                .receive(ZERO)
                .ifPresent(results::add);
        Selector<String> both = Selector.<String>create().select(a).select(b);
        for (Optional<String> next; (next = both.receive(ZERO)).isPresent(); ) {
            results.add(next.get());
        }
        return results;
    }

    @Test
    @Tag("G3")
    void aFunctionThatWaitsIsGivenItsMessageOnce() {
        List<String> results = inProcess(ReceiveCases::waitAtTheHead);

        assertThat(results).startsWith("head", "other", "more 0").hasSize(25);
    }

    private static List<String> waitAtTheHead() {
        Subject<String> heads = Subject.create();
        Subject<String> others = Subject.create();
        Subject<String> door = Subject.create();
        Subject<String> awaited = Subject.create();
        heads.send("taken");
        door.receive(ZERO);
        heads.receive(ZERO).orElseThrow();
        heads.send("head");
        others.send("other");
        door.receive(ZERO);

        var results = new ArrayList<String>();
        var runs = new AtomicInteger();
        Selector<String> selector =
                Selector.<String>create()
                        .selectMap(
                                heads,
                                head -> {
                                    if (runs.getAndIncrement() == 0) meanwhile(others, awaited);
                                    return head;
                                });
        selector.receive(ZERO).ifPresent(results::add);
        selector.receive(ZERO).ifPresent(results::add);
        for (Optional<String> next; (next = others.receive(ZERO)).isPresent(); ) {
            results.add(next.get());
        }
        return results;
    }

    private static void meanwhile(Subject<String> others, Subject<String> awaited) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            for (int i = 0; i < 23; i++) others.send("more " + i);
                            awaited.send("now");
                        });
        awaited.receive(Duration.ofSeconds(5)).orElseThrow();
    }
}

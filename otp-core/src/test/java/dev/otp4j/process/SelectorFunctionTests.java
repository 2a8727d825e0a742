/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A selector removes a message before it runs the function for it, whether the message is fresh or
 * was passed over by an earlier receive: the function may throw, receive and wait.
 */
@OtpTest
class SelectorFunctionTests {
    private static final Duration NOW = Duration.ZERO;

    /** What a message can be, and the selector's function that takes it. */
    enum Kind {
        SUBJECT,
        MAPPED,
        MONITOR,
        ANY_MONITOR,
        EXIT,
        OTHER;

        /** Queues two messages of this kind and returns what takes them through a function. */
        Selector<Object> queueTwo(Function<Object, Object> taking) {
            return switch (this) {
                case SUBJECT, MAPPED, OTHER -> {
                    Subject<Object> own = Subject.create();
                    own.send("first");
                    own.send("second");
                    yield switch (this) {
                        case SUBJECT -> Selector.create().selectMap(own, taking);
                        case MAPPED -> Selector.create().select(own).map(taking);
                        default -> Selector.create().selectOther(taking);
                    };
                }
                case MONITOR -> {
                    Monitor monitor = Processes.monitor(ended());
                    Monitor later = Processes.monitor(ended());
                    yield Selector.create()
                            .selectMonitor(monitor, taking)
                            .selectMonitor(later, taking);
                }
                case ANY_MONITOR -> {
                    Processes.monitor(ended());
                    Processes.monitor(ended());
                    yield Selector.create().selectMonitors(taking);
                }
                case EXIT -> {
                    Processes.trapExits(true);
                    Processes.spawn(() -> {});
                    Processes.spawn(() -> {});
                    eventually("two exits", () -> queued() == 2);
                    yield Selector.create().selectTrappedExits(taking);
                }
            };
        }
    }

    private static Pid ended() {
        Pid pid = Processes.spawnUnlinked(() -> {});
        eventually("it has ended", () -> !Processes.isAlive(pid));
        return pid;
    }

    private static int queued() {
        return ProcessInfo.mailboxSize(Processes.self());
    }

    /** A receive that takes nothing and passes over all that is queued. */
    private static void passOverAll() {
        assertThat(Subject.create().receive(NOW)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    @Rule("S-22")
    void aMessageWhoseFunctionThrowsIsNotDeliveredAgain(Kind kind) {
        for (boolean passedOver : new boolean[] {false, true}) {
            List<Object> seen = new ArrayList<>();
            Selector<Object> failing =
                    kind.queueTwo(
                            message -> {
                                seen.add(message);
                                throw new IllegalArgumentException("refused");
                            });
            if (passedOver) passOverAll();

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> failing.receive(NOW)).hasMessage("refused");
            }

            assertThat(failing.receive(NOW)).isEmpty();
            assertThat(seen).hasSize(2).doesNotHaveDuplicates();
            assertThat(queued()).isZero();
        }
    }

    @Test
    @Rule("S-22")
    void theReceiveAfterAFailedOneTakesTheNextMessage() {
        Subject<Integer> numbers = Subject.create();
        for (int i = 0; i < 3; i++) numbers.send(i);
        passOverAll();
        Selector<Integer> inverse = Selector.<Integer>create().selectMap(numbers, n -> 100 / n);

        assertThatThrownBy(() -> inverse.receive(NOW)).isInstanceOf(ArithmeticException.class);

        assertThat(inverse.receive(NOW)).contains(100);
        assertThat(inverse.receive(NOW)).contains(50);
        assertThat(inverse.receive(NOW)).isEmpty();
    }

    @Test
    @Rule("S-22")
    void aFunctionThatReturnsNullHasTakenItsMessage() {
        Subject<String> own = Subject.create();
        own.send("x");
        passOverAll();
        Selector<String> broken = Selector.<String>create().selectMap(own, message -> nothing());

        assertThatThrownBy(() -> broken.receive(NOW)).isInstanceOf(NullPointerException.class);

        assertThat(broken.receive(NOW)).isEmpty();
    }

    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    private static String nothing() {
        return null;
    }

    @Test
    @Rule("S-22")
    void aFunctionThatReceivesGetsTheNextMessageAndLosesNone() {
        for (boolean passedOver : new boolean[] {false, true}) {
            Subject<String> a = Subject.create();
            Subject<String> b = Subject.create();
            b.send("b0");
            a.send("a1");
            a.send("a2");
            b.send("b3");
            a.send("a4");
            b.send("b5");
            if (passedOver) passOverAll();

            var pair =
                    Selector.<String>create()
                            .selectMap(a, m -> m + "+" + a.receive(NOW).orElse("none"))
                            .receive(NOW);

            assertThat(pair).contains("a1+a2");
            var rest = Selector.<String>create().select(a).select(b);
            List<String> left = new ArrayList<>();
            for (var m = rest.receive(NOW); m.isPresent(); m = rest.receive(NOW)) left.add(m.get());
            assertThat(left).containsExactly("b0", "b3", "a4", "b5");
        }
    }

    /** What is aside is kept in a ring that grows while the function waits. */
    @Test
    @Rule("S-22")
    void aMessageWhoseFunctionWaitsIsDeliveredOnce() {
        Subject<Integer> heads = Subject.create();
        Subject<Integer> others = Subject.create();
        Subject<String> awaited = Subject.create();
        others.send(-1);
        passOverAll();
        assertThat(others.receive(NOW)).contains(-1);
        heads.send(0);
        others.send(0);
        passOverAll();
        Selector<Integer> waiting =
                Selector.<Integer>create()
                        .selectMap(
                                heads,
                                head -> {
                                    Processes.spawn(
                                            () -> {
                                                for (int i = 1; i <= 23; i++) others.send(i);
                                                awaited.send("go on");
                                            });
                                    assertThat(expect(awaited)).isEqualTo("go on");
                                    return head;
                                });

        assertThat(waiting.receive(SOON)).contains(0);

        assertThat(waiting.receive(NOW)).isEmpty();
        for (int i = 0; i <= 23; i++) assertThat(others.receive(NOW)).contains(i);
        assertThat(queued()).isZero();
    }

    @Test
    @Rule("S-22")
    void aFunctionThatFlushesLeavesNothing() {
        Subject<Integer> own = Subject.create();
        for (int i = 0; i < 3; i++) own.send(i);
        passOverAll();

        var first =
                Selector.<Integer>create()
                        .selectMap(
                                own,
                                message -> {
                                    Processes.flushMessages();
                                    return message;
                                })
                        .receive(NOW);

        assertThat(first).contains(0);
        assertThat(queued()).isZero();
        assertThat(own.receive(NOW)).isEmpty();
    }
}

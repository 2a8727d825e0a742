/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a vacant name holds can be seen, and so can what it drops. */
class LossTests {
    private final List<DroppedMessage> told = new CopyOnWriteArrayList<>();
    private final ProcessRuntime runtime =
            ProcessRuntime.builder()
                    .name("losses")
                    .listener(
                            new ProcessListener() {
                                @Override
                                public void messageDropped(DroppedMessage dropped) {
                                    told.add(dropped);
                                }
                            })
                    .build();
    private final LogLines log = new LogLines(ProcessRuntime.class.getName());
    private final Name<Object> name = Name.create(runtime, "full", Vacancy.holding(500));
    private final AtomicInteger handled = new AtomicInteger();

    @AfterEach
    void close() {
        log.close();
        runtime.close();
    }

    private Pid start() {
        return Actors.<Object>handling(m -> handled.incrementAndGet())
                .named(name)
                .runtime(runtime)
                .start()
                .pid();
    }

    private List<String> lines(String text) {
        assertThat(runtime.awaitReports(SOON)).isTrue();
        return log.matching(text);
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) name.subject().send(i);
    }

    @Test
    @Rule("S-07")
    void beyondTheLimitIsToldAtOnceAndCountedAtTheEndOfTheVacancy() {
        send(600);

        assertThat(told).hasSize(100).allMatch(drop -> drop.reason() == DropReason.FULL);
        assertThat(told).allMatch(drop -> name.equals(drop.name()));
        assertThat(lines("dropped"))
                .singleElement()
                .asString()
                .startsWith("'" + name + "' has no process and holds 500 messages")
                .contains("java.lang.Integer");

        Pid pid = start();

        assertThat(lines("dropped"))
                .hasSize(2)
                .last()
                .asString()
                .startsWith(
                        "'"
                                + name
                                + "' dropped 100 messages while it had no process: it held 500 messages, which is its limit");
        eventually("all are handled", () -> handled.get() == 500);
        Processes.kill(pid);
    }

    @Test
    void isToldAnewInTheNextVacancy() {
        send(501);
        Processes.kill(start());
        eventually("vacant", () -> name.pid().isEmpty());

        send(501);

        assertThat(lines("dropped")).hasSize(2);
    }

    @Test
    void isToldOfCallsAndTimers() {
        send(500);

        var failed = name.subject().tryCall(SOON, reply -> reply);
        name.subject().sendAfter(java.time.Duration.ofMillis(1), "late");

        assertThat(failed.toString())
                .contains(name + "] has no process and holds 500 messages, which is its limit");
        eventually("both are dropped", () -> runtime.deadLetters(DropReason.FULL) == 2);
    }

    @Test
    void isToldOfANameThatIsGivenUp() {
        send(3);

        name.abandon("nobody needs it");

        assertThat(lines("dropped"))
                .containsExactly(
                        "'" + name + "' dropped the 3 messages that it held: nobody needs it");
        assertThat(runtime.deadLetters(DropReason.VACANT)).isEqualTo(3);
    }

    @Test
    void heldMessagesAreCounted() {
        Name<Object> other = Name.create(runtime, "other", Vacancy.holding(10));
        assertThat(runtime.heldMessages()).isZero();

        send(7);
        other.subject().send("x");

        assertThat(runtime.heldMessages()).isEqualTo(8);
        Pid pid = start();
        assertThat(runtime.heldMessages()).isEqualTo(1);
        other.abandon("gone");
        assertThat(runtime.heldMessages()).isZero();
        Processes.kill(pid);
    }

    @Test
    void isToldOnceAMinuteWhileItGoesOn() {
        var losses = new Losses();
        long minute = TimeUnit.MINUTES.toNanos(1);

        assertThat(losses.add(0)).isEqualTo(1);
        for (int i = 1; i < 1_000; i++) assertThat(losses.add(i)).isZero();
        assertThat(losses.add(minute)).isEqualTo(1_001);
        assertThat(losses.add(minute + 1)).isZero();
        assertThat(losses.end()).isEqualTo(1_002);
        assertThat(losses.end()).isZero();
        assertThat(losses.add(minute)).isEqualTo(1);
        assertThat(losses.end()).as("the log knows").isZero();
    }
}

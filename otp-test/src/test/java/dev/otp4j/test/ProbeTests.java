/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Down;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProbeTests {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(20);

    sealed interface Message {}

    record Text(String text) implements Message {}

    record Ask(Subject<Integer> replyTo) implements Message {}

    private final Probe<Message> probe = Probe.create("mailer");

    @AfterEach
    void close() {
        probe.close();
    }

    @Test
    void takesMessagesInTheirOrder() {
        probe.send(new Text("a"));
        probe.send(new Text("b"));

        assertThat(probe.expect(Text.class).text()).isEqualTo("a");
        assertThat(probe.expectMessage(new Text("b"))).isEqualTo(new Text("b"));
        probe.expectNothing(Duration.ZERO);
        assertThat(probe.received(Text.class)).extracting(Text::text).containsExactly("a", "b");
    }

    @Test
    void recordsWhatAnActorSends() {
        Subject<Message> actor =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer state, Message message) -> {
                                    probe.send(message);
                                    return Next.<Integer, Message>stop();
                                })
                        .start()
                        .data();

        actor.send(new Text("from an actor"));

        assertThat(probe.expect(Text.class).text()).isEqualTo("from an actor");
    }

    @Test
    void saysWhatArrivedInstead() {
        probe.send(new Text("a"));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> probe.expect(Ask.class))
                .withMessageContaining("Probe[mailer]")
                .withMessageContaining("expected a message of type")
                .withMessageContaining("Text[text=a]");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> probe.expect(Ask.class, SHORT))
                .withMessageContaining("within PT0.02S but nothing arrived")
                .withMessageContaining("Text[text=a]");
    }

    @Test
    void saysThatAnotherMessageIsNotEqual() {
        probe.send(new Text("a"));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> probe.expectMessage(new Text("b")))
                .withMessageContaining("Text[text=b] but got")
                .withMessageContaining("Text[text=a]");
    }

    @Test
    void passesOverMessagesOnRequest() {
        probe.send(new Text("a"));
        probe.send(new Ask(Probe.create()));

        assertThat(probe.expectLater(Ask.class)).isNotNull();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> probe.expectLater(Text.class, SHORT));
    }

    @Test
    void nothingIsExpectedOnlyIfNothingCame() {
        probe.expectNothing(SHORT);
        probe.send(new Text("a"));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(probe::expectNothing)
                .withMessageContaining("expected no message but got");
        probe.expectMessage(new Text("a")); // a look takes nothing
    }

    @Test
    void repliesToACallOfAnotherThread() {
        var answer = probe.<Integer>callAsync(LONG, Ask::new);

        probe.reply(Ask.class, ask -> ask.replyTo().send(42));

        assertThat(answer.join()).isEqualTo(42);
    }

    @Test
    void answersACallOfTheTestsOwnThread() {
        probe.answering(Ask.class, ask -> ask.replyTo().send(7));

        assertThat(probe.<Integer>call(LONG, Ask::new)).isEqualTo(7);
        assertThat(probe.received(Ask.class)).hasSize(1);
    }

    @Test
    void aCallIsRecordedInTheOrderOfItsSender() {
        var answer = probe.<Integer>callAsync(LONG, Ask::new);
        probe.send(new Text("after"));

        assertThat(probe.received())
                .extracting(Object::getClass)
                .containsExactly(Ask.class, Text.class);
        probe.reply(Ask.class, ask -> ask.replyTo().send(1));
        assertThat(answer.join()).isEqualTo(1);
    }

    @Test
    void aCallThatIsNotAnsweredTimesOut() {
        assertThatExceptionOfType(CallException.TimedOut.class)
                .isThrownBy(() -> probe.<Integer>call(SHORT, Ask::new));
    }

    @Test
    void whatAnAnswerThrowsEndsTheCalleeAndTheNextCallHasANewOne() {
        probe.answering(
                Ask.class,
                ask -> {
                    if (probe.received().size() == 1) throw new IllegalStateException("broken");
                    ask.replyTo().send(2);
                });

        assertThatExceptionOfType(CallException.CalleeDown.class)
                .isThrownBy(() -> probe.<Integer>call(LONG, Ask::new));
        assertThat(probe.<Integer>call(LONG, Ask::new)).isEqualTo(2);
    }

    @Test
    void timersArrive() {
        probe.sendAfter(Duration.ofMillis(1), new Text("later"));

        probe.expectMessage(new Text("later"));
    }

    @Test
    void itsEndIsTold() {
        Down down =
                Processes.run(
                        () -> {
                            var monitor = Processes.monitor(probe.owner());
                            probe.close();
                            return Selector.<Down>create()
                                    .selectMonitor(monitor, it -> it)
                                    .receive(LONG)
                                    .orElseThrow();
                        });

        assertThat(down.reason()).isEqualTo(ExitReason.KILLED);
        assertThat(probe.trySend(new Text("too late"))).isEqualTo(Subject.Sent.CLOSED);
        assertThat(probe.received()).isEmpty();
    }

    @Test
    void anInterruptEndsAWait() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> probe.expect(Text.class, LONG))
                .withMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void forgetsWhatHasArrived() {
        probe.send(new Text("a"));
        probe.clear();
        probe.send(new Text("b"));

        probe.expectMessage(new Text("b"));
        assertThat(probe.received()).hasSize(1);
    }

    @Test
    void limitsAreDurations() {
        assertThat(TestLimits.parse("x", "500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(TestLimits.parse("x", " 3 s ")).isEqualTo(Duration.ofSeconds(3));
        assertThat(TestLimits.parse("x", "2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(TestLimits.parse("x", "PT1.5S")).isEqualTo(Duration.ofMillis(1500));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestLimits.parse("otp.test.timeout", "soon"))
                .withMessageContaining("otp.test.timeout");
    }
}

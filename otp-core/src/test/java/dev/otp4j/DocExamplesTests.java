/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The programs of the documents, and each form in which types are inferred. */
class DocExamplesTests {
    /** The example of gleam_otp's README. */
    static final class Counter {
        sealed interface Message {}

        record Add(int amount) implements Message {}

        record Get(Subject<Integer> replyTo) implements Message {}

        static Next<Integer, Message> onMessage(Integer total, Message message) {
            return switch (message) {
                case Add(int amount) -> Next.continueWith(total + amount);
                case Get(var replyTo) -> {
                    replyTo.send(total);
                    yield Next.continueWith(total);
                }
            };
        }

        static int main() {
            Started<Subject<Message>> started =
                    Actor.startingWith(() -> 0).onMessage(Counter::onMessage).start();
            Subject<Message> counter = started.data();
            counter.send(new Add(5));
            counter.send(new Add(3));
            int total = counter.call(Duration.ofSeconds(1), Get::new);
            Processes.kill(started.pid());
            return total;
        }
    }

    /** The same as a class. */
    static final class CounterActor implements Actor<Integer, Counter.Message> {
        @Override
        public Integer init(Subject<Counter.Message> self) {
            return 0;
        }

        @Override
        public Next<Integer, Counter.Message> onMessage(Integer total, Counter.Message message) {
            return Counter.onMessage(total, message);
        }
    }

    /** The stack of the documentation of {@code gleam/otp/actor}. */
    sealed interface StackMessage<E> {}

    record Push<E>(E element) implements StackMessage<E> {}

    record Pop<E>(Subject<Optional<E>> replyTo) implements StackMessage<E> {}

    record Shutdown<E>() implements StackMessage<E> {}

    /** The newest element is the first. */
    private static <E> Next<List<E>, StackMessage<E>> onStack(
            List<E> stack, StackMessage<E> message) {
        return switch (message) {
            case Shutdown<E> shutdown -> Next.stop();
            case Push<E>(E element) -> Next.continueWith(pushed(stack, element));
            case Pop<E>(var replyTo) -> {
                replyTo.send(stack.stream().findFirst());
                yield Next.continueWith(stack.stream().skip(1).toList());
            }
        };
    }

    private static <E> List<E> pushed(List<E> stack, E element) {
        return Stream.concat(Stream.of(element), stack.stream()).toList();
    }

    @Test
    @Rule({"A-01", "A-10", "A-13", "C-01"})
    void theStackPopsInReverseAndShutsDown() {
        Started<Subject<StackMessage<String>>> started =
                Actor.startingWith(List::<String>of)
                        .<StackMessage<String>>onMessage(DocExamplesTests::onStack)
                        .start();
        Subject<StackMessage<String>> stack = started.data();
        Duration limit = Duration.ofSeconds(1);
        stack.send(new Push<>("Joe"));
        stack.send(new Push<>("Mike"));
        stack.send(new Push<>("Robert"));

        assertThat(stack.<Optional<String>>call(limit, Pop::new)).contains("Robert");
        assertThat(stack.<Optional<String>>call(limit, Pop::new)).contains("Mike");
        assertThat(stack.<Optional<String>>call(limit, Pop::new)).contains("Joe");
        assertThat(stack.<Optional<String>>call(limit, Pop::new)).isEmpty();
        stack.send(new Shutdown<>());
        assertThat(Expect.ended(started.pid())).isEqualTo(ExitReason.NORMAL);
    }

    record Greet(String name, Subject<String> replyTo) {}

    private static Started<Subject<Greet>> greeter() {
        return Actor.startingWith(() -> "Hello")
                .onMessage(
                        (String greeting, Greet message) -> {
                            message.replyTo().send(greeting + ", " + message.name());
                            return Next.continueWith(greeting);
                        })
                .start();
    }

    @Test
    @Rule({"A-01", "A-10", "C-01", "C-13"})
    void theCounterCounts() {
        assertThat(Counter.main()).isEqualTo(8);
    }

    @Test
    void theCounterAsAClassCounts() {
        Started<Subject<Counter.Message>> started = Actor.of(CounterActor::new).start();

        started.data().send(new Counter.Add(2));
        int total = started.data().call(Duration.ofSeconds(1), Counter.Get::new);

        assertThat(total).isEqualTo(2);
        Processes.kill(started.pid());
    }

    @Test
    void aHandlerIsAMethodReferenceOrALambdaWithTypedParameters() {
        var reference = Actor.startingWith(() -> 0).onMessage(Counter::onMessage).start();
        var lambda =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer total, Counter.Message m) -> Counter.onMessage(total, m))
                        .start();
        Subject<Counter.Message> one = reference.data();
        Subject<Counter.Message> two = lambda.data();

        assertThat(one.<Integer>call(Duration.ofSeconds(1), Counter.Get::new)).isZero();
        assertThat(two.<Integer>call(Duration.ofSeconds(1), Counter.Get::new)).isZero();
        Processes.kill(reference.pid());
        Processes.kill(lambda.pid());
    }

    @Test
    void aCallInfersItsReply() {
        Started<Subject<Greet>> started = greeter();
        Subject<Greet> greeter = started.data();
        Duration limit = Duration.ofSeconds(1);

        String assigned = greeter.call(limit, reply -> new Greet("Ada", reply));
        var typed = greeter.call(limit, (Subject<String> reply) -> new Greet("Bob", reply));
        int chained =
                greeter.call(limit, (Subject<String> reply) -> new Greet("Cy", reply)).length();
        Function<Subject<String>, Greet> request = reply -> new Greet("Di", reply);
        String withoutLimit = greeter.call(request);
        String forever = greeter.callForever(reply -> new Greet("Eve", reply));

        assertThat(assigned).isEqualTo("Hello, Ada");
        assertThat(typed).isEqualTo("Hello, Bob");
        assertThat(chained).isEqualTo("Hello, Cy".length());
        assertThat(withoutLimit).isEqualTo("Hello, Di");
        assertThat(forever).isEqualTo("Hello, Eve");
        assertThat(returned(greeter)).isEqualTo("Hello, Fay");
        Processes.kill(started.pid());
    }

    private static String returned(Subject<Greet> greeter) {
        return greeter.call(Duration.ofSeconds(1), reply -> new Greet("Fay", reply));
    }
}

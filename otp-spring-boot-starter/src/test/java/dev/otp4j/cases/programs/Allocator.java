/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.CallResult;
import dev.otp4j.process.Name;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import java.time.Duration;
import java.util.function.Consumer;

/** Does work that needs memory, or answers that it runs. */
record Allocator(Consumer<Integer> work) implements Actor<Integer, Allocator.Message> {
    sealed interface Message {}

    record Work(int number) implements Message {}

    record Ask(Subject<String> replyTo) implements Message {}

    static Name<Message> name(ProcessRuntime runtime, String id) {
        return Name.create(runtime, id, Vacancy.holding(1_000));
    }

    static ChildSpecification<?> child(Name<Message> name, Consumer<Integer> work) {
        return ChildSpecification.worker(
                        name.toString(),
                        () -> Actor.of(() -> new Allocator(work)).named(name).start())
                .shutdown(Duration.ofMillis(500));
    }

    static boolean answers(Name<Message> name, Duration limit) {
        return name.subject().tryCall(limit, Ask::new) instanceof CallResult.Replied<?>;
    }

    @Override
    public Integer init(Subject<Message> self) {
        return 0;
    }

    @Override
    public Next<Integer, Message> onMessage(Integer state, Message message) {
        switch (message) {
            case Work(int number) -> work.accept(number);
            case Ask(var replyTo) -> replyTo.send("here");
        }
        return Next.continueWith(state);
    }
}

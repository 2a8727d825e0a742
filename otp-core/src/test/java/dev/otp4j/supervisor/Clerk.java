/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An actor with a key, which notes what it gets. */
final class Clerk implements StatefulActor<Clerk.Message> {
    sealed interface Message {}

    record Note(int number) implements Message {}

    record Read(ReplyTo<List<Integer>> replyTo) implements Message {}

    record Later(ReplyTo<String> replyTo) implements Message {}

    record Crash(String why) implements Message {}

    record Close() implements Message {}

    /** What happens to the clerks of a factory. */
    record Life(String key, String what) {}

    private final String key;
    private final Consumer<? super Life> heard;
    private final List<Integer> notes = new ArrayList<>();
    private @Nullable ReplyTo<String> owed;

    Clerk(String key, Consumer<? super Life> heard) {
        this.key = key;
        this.heard = heard;
    }

    @Override
    public void started(Subject<Message> self) {
        heard.accept(new Life(key, "starts"));
    }

    @Override
    public Step handle(Message message) {
        switch (message) {
            case Note(int number) -> notes.add(number);
            case Read(ReplyTo<List<Integer>> replyTo) -> replyTo.send(List.copyOf(notes));
            case Later(ReplyTo<String> replyTo) -> owed = replyTo;
            case Crash(String why) -> throw new IllegalStateException(why);
            case Close() -> {
                if (owed != null) owed.send("later");
                return Step.stop();
            }
        }
        return Step.KEEP;
    }

    @Override
    public void onTerminate(ExitReason reason) {
        heard.accept(new Life(key, "ends"));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A context for tests: a text that the sender's thread has, and the handler's thread then has too.
 * Remembers what it was asked, and whatever it finds on a thread that should be clean.
 */
final class Passing implements MessageContext {
    /** What the current thread has. */
    static final ThreadLocal<@Nullable String> NOW = new ThreadLocal<>();

    /** How messages were sent, with a mark for those that repeat. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** How handlers ended. */
    final List<String> closed = new CopyOnWriteArrayList<>();

    /** How calls ended. */
    final List<String> ended = new CopyOnWriteArrayList<>();

    /** What should not have been. */
    final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();

    /** Runs code that has a text on its thread. */
    static void with(String text, Runnable code) {
        String before = NOW.get();
        NOW.set(text);
        try {
            code.run();
        } finally {
            set(before);
        }
    }

    private static void set(@Nullable String text) {
        if (text == null) NOW.remove();
        else NOW.set(text);
    }

    @Override
    public @Nullable Token capture(Outgoing message) {
        asked.add(message.kind() + (message.repeats() ? " again" : ""));
        String text = NOW.get();
        if (text == null && message.kind() != Kind.CALL) return null;
        return new Carried(message.repeats() ? "root" : String.valueOf(text));
    }

    private final class Carried implements Token {
        private final String text;

        Carried(String text) {
            this.text = text;
        }

        @Override
        public Scope handle(Pid receiver, Object message) {
            if (!Processes.self().equals(receiver)) broken.add("opened outside of " + receiver);
            if (NOW.get() != null) broken.add(receiver + " found " + NOW.get());
            NOW.set(text);
            return thrown -> {
                if (!text.equals(NOW.get())) broken.add(text + " became " + NOW.get());
                NOW.remove();
                closed.add(thrown == null ? text : text + " " + thrown.getClass().getSimpleName());
            };
        }

        @Override
        public Scope restore() {
            String before = NOW.get();
            NOW.set("restored " + text);
            return thrown -> set(before);
        }

        @Override
        public void ended(@Nullable CallResult<?> result) {
            ended.add(
                    switch (result) {
                        case null -> "left";
                        case CallResult.Replied<?>(Object value) -> "replied " + value;
                        case CallResult.Refused<?>(RuntimeException failure) ->
                                "refused " + failure.getMessage();
                        case CallResult.Failed<?>(CallException failure) ->
                                "failed " + failure.getClass().getSimpleName();
                    });
        }
    }
}

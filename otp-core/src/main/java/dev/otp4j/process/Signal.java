/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.util.Objects;
import java.util.function.Function;

/**
 * What stands in a mailbox and is no user message: a signal that became a message, or a request.
 */
abstract sealed class Signal extends Node {
    private Signal(Object item) {
        super(item);
    }

    /** A trapped exit. */
    static final class Exit extends Signal {
        Exit(ExitMessage message) {
            super(message);
        }

        ExitMessage message() {
            return (ExitMessage) item;
        }
    }

    /** A request of a tool. No selector accepts it, and it is served while all else waits. */
    static final class SystemRequest extends Signal {
        private final Function<? super SystemControl, ?> request;
        private final ReplyCell<Object> reply;

        SystemRequest(Function<? super SystemControl, ?> request, ReplyCell<Object> reply) {
            super(request);
            this.request = request;
            this.reply = reply;
        }

        /** Answers it; what it throws goes to the caller, unless the process has ended. */
        void serve(SystemControl control) {
            Object answer;
            try {
                answer = Objects.requireNonNull(request.apply(control), "no answer");
            } catch (ProcessExit exit) {
                throw exit;
            } catch (Throwable thrown) {
                answer = new SystemCall.Failed(thrown);
            }
            reply.trySend(answer);
        }
    }

    /** A monitor fired. */
    static final class Down extends Signal {
        Down(dev.otp4j.process.Down message) {
            super(message);
        }

        dev.otp4j.process.Down message() {
            return (dev.otp4j.process.Down) item;
        }
    }
}

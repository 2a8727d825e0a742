/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.util.Objects;
import java.util.function.BiFunction;

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

    /** Instead of an answer: what a request threw. */
    record Failed(Throwable thrown) {}

    /** A request of a tool. No selector accepts it, and it is served while all else waits. */
    static final class SystemRequest extends Signal {
        private final BiFunction<ProcessCell, BehaviorState<?>, ?> request;
        private final ReplyCell reply;

        SystemRequest(BiFunction<ProcessCell, BehaviorState<?>, ?> request, ReplyCell reply) {
            super(request);
            this.request = request;
            this.reply = reply;
        }

        /** Answers it; what it throws goes to the caller, unless the process has ended. */
        void serve(ProcessCell cell, BehaviorState<?> behavior) {
            Object answer;
            try {
                answer = Objects.requireNonNull(request.apply(cell, behavior), "no answer");
            } catch (ProcessExit exit) {
                throw exit;
            } catch (Throwable thrown) {
                answer = new Failed(thrown);
            }
            reply.reply(answer);
        }
    }

    /** A monitor fired. */
    static final class MonitorDown extends Signal {
        MonitorDown(Down message) {
            super(message);
        }

        Down message() {
            return (Down) item;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * A node in a mailbox that is no user message: a signal that became a message, or a system request.
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

    /** The answer to a system request that threw. */
    record Failed(Throwable thrown) {}

    /** A request of a tool. No selector accepts it, and a suspended process serves it. */
    static final class SystemRequest extends Signal {
        private final BiFunction<ProcessCell, BehaviorState<?>, ?> request;
        private final ReplyCell reply;

        SystemRequest(BiFunction<ProcessCell, BehaviorState<?>, ?> request, ReplyCell reply) {
            super(request);
            this.request = request;
            this.reply = reply;
        }

        /**
         * Runs the request and sends its answer. What the request throws goes to the caller, unless
         * the process has ended.
         */
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

    /** Wakes a process that has waited for a permit of a {@link ConcurrencyLimit}. */
    static final class Permit extends Signal {
        final ProcessCell to;

        Permit(ProcessCell to) {
            super("permit");
            this.to = to;
        }
    }

    /** A note of the process to itself, which its behaviour asked for. */
    static final class Reminded extends Signal {
        Reminded(Object item) {
            super(item);
        }
    }

    /** The step after the start of a process that needs a permit for it. */
    static final class FirstStep extends Signal {
        FirstStep() {
            super("first step");
        }
    }

    /** The message of a monitor that has fired. */
    static final class MonitorDown extends Signal {
        MonitorDown(Down message) {
            super(message);
        }

        Down message() {
            return (Down) item;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.user.UserCode;
import java.time.Duration;

/**
 * Why a process could not be started. In each case the process is dead and its name is free.
 *
 * <p>Counterpart: {@code gleam/otp/actor.StartError}.
 *
 * @since 0.1.0
 */
public sealed interface StartError {
    /**
     * The initialiser took too long; the process was killed.
     *
     * @param limit the time it had
     */
    record InitTimeout(Duration limit) implements StartError {
        @Override
        public String toString() {
            return "initialiser did not finish within " + limit;
        }
    }

    /**
     * The initialiser said that it cannot start, or the name was taken.
     *
     * @param message why
     */
    record InitFailed(String message) implements StartError {
        @Override
        public String toString() {
            return "initialiser failed: " + message;
        }
    }

    /**
     * The initialiser declined: there is nothing to do. For a supervisor this is no failure: it
     * keeps the child's specification without a process, unless the child is temporary.
     */
    record Ignored() implements StartError {
        @Override
        public String toString() {
            return "initialiser declined to start";
        }
    }

    /**
     * The factory has as many children as it may have; nothing was run.
     *
     * <p>Counterpart: {@code {error, max_children}} of Elixir's {@code DynamicSupervisor}.
     *
     * @param limit how many it may have
     * @param children how many it has, those being restarted included
     */
    record MaxChildren(int limit, int children) implements StartError {
        @Override
        public String toString() {
            return "the factory has %d children, its limit is %d".formatted(children, limit);
        }
    }

    /**
     * The process ended in its initialiser.
     *
     * @param reason why
     */
    record InitExited(ExitReason reason) implements StartError {
        @Override
        public String toString() {
            Throwable cause = ExitReason.throwableOf(reason).orElse(null);
            return "initialiser exited: " + (cause == null ? reason : UserCode.text(cause));
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The caller of a {@code startChild}, as the supervisor sees it: it waits for as long as it takes,
 * or for a limited time. A caller that waited in vain until its time limit was told that there is
 * no child, so there must be none.
 *
 * <p>{@code gone} is written by the caller, read by the supervisor (volatile). It only saves a
 * useless start: whether the child stays is decided by whether the caller takes the answer.
 */
final class StartCaller {
    private final @Nullable Duration limit;
    private volatile boolean gone;

    /**
     * @param limit how long it waits; null for as long as it takes
     */
    StartCaller(@Nullable Duration limit) {
        this.limit = limit;
    }

    /** Sends the request and waits for its answer. */
    <M, R> R ask(Subject<M> supervisor, Function<Subject<R>, ? extends M> request) {
        if (limit == null) return supervisor.callForever(request);
        try {
            return supervisor.call(limit, request);
        } finally {
            gone = true;
        }
    }

    /** Whether nothing needs to be started any more. */
    boolean isGone() {
        return gone;
    }

    /** Answers. False: the caller has been told that there is no child. */
    <R> boolean takes(Subject<R> replyTo, R answer) {
        return replyTo.trySend(answer) == Subject.Sent.SENT || limit == null;
    }
}

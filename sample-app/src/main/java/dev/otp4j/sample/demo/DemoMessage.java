/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import dev.otp4j.process.ReplyTo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of the demo receiver. */
sealed interface DemoMessage {
    /** A request has come in; the reply says how to answer it. */
    record Arrive(Delivered delivered, ReplyTo<DemoMode> replyTo) implements DemoMessage {}

    /** Answer in another way from now on. */
    record Change(DemoMode mode, ReplyTo<State> replyTo) implements DemoMessage {}

    /** Say what has come in. */
    record Show(ReplyTo<State> replyTo) implements DemoMessage {}

    /** Not from outside: listen, after that was not possible. */
    record Listen() implements DemoMessage {}

    /** Not from outside: subscribe, unless there is a subscription. */
    record Subscribe() implements DemoMessage {}

    /**
     * The receiver as it is shown.
     *
     * @param problem why it cannot listen or subscribe, or null
     * @param received how many requests have come in since it was started
     * @param arrivals the last ones, the newest first
     */
    record State(
            String url,
            String mode,
            @Nullable String problem,
            long received,
            List<Arrival> arrivals) {}

    /**
     * A request that has come in.
     *
     * @param number its number, from 1
     * @param id its {@code webhook-id}
     * @param status the answer
     * @param verified whether a secret of its subscription has signed it, not long ago
     * @param body the beginning of its body
     */
    record Arrival(long number, String id, Instant at, int status, boolean verified, String body) {}
}

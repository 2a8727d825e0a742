/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an instance knows of a lease, as it was at one moment.
 *
 * {@snippet :
 * keeper.lease("invoicing").ifPresent(lease -> System.out.println(lease.text()));
 * }
 *
 * <p>Components may be added in any release: do not call the constructor, and do not match with a
 * record pattern.
 *
 * @param name which lease it is
 * @param state what this instance does about it
 * @param owner the instance that holds it, as far as known; null if it is free, or not known
 * @param token the token of the present holder or of the last one; 0 if not known
 * @param timeLeft {@link State#HELD}: how long this instance may go on unless the lease is renewed;
 *     {@link State#WAITING}: after how long this instance takes it unless it is renewed
 * @param giveUps how many holders in a row have given up
 * @param failure why the store could not be used the last time, or null if it could
 * @since 0.1.0
 */
public record LeaseInfo(
        String name,
        State state,
        @Nullable String owner,
        long token,
        Duration timeLeft,
        int giveUps,
        @Nullable String failure) {

    /** What an instance does about a lease. */
    public enum State {
        /** No singleton here wants it. */
        UNUSED,
        /** A singleton here waits for it. */
        WAITING,
        /** A singleton here has it. */
        HELD,
        /** A singleton here had it: what ran is being ended, or the row is being freed. */
        ENDING
    }

    /** {@return whether the singleton runs on this instance, or may be started on it now} */
    public boolean isHere() {
        return state == State.HELD;
    }

    /** {@return what this instance does about the lease, in one sentence without a full stop} */
    public String text() {
        String text =
                switch (state) {
                    case UNUSED -> "does not use the lease '%s'".formatted(name);
                    case HELD ->
                            "has the lease '%s', token %d, valid for %s unless it is renewed"
                                    .formatted(name, token, shown(timeLeft));
                    case ENDING -> "gives the lease '%s' back, token %d".formatted(name, token);
                    case WAITING -> "waits for the lease '%s', %s".formatted(name, held());
                };
        return failure == null ? text : text + "; the store cannot be used: " + failure;
    }

    private String held() {
        if (token == 0) return "of which nothing is known yet";
        if (owner != null) return "held by %s, token %d".formatted(owner, token);
        if (giveUps == 0) return "which is free, last token %d".formatted(token);
        return "which is free: its last %d holders have given up, so no instance takes it for another %s"
                .formatted(giveUps, shown(timeLeft));
    }

    private static String shown(Duration time) {
        return "%d.%d s".formatted(time.toSeconds(), time.toMillisPart() / 100);
    }
}

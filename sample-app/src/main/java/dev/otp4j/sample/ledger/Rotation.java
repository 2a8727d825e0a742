/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of the request to replace a subscription's secret. */
public sealed interface Rotation {
    /**
     * The subscription has the new secret.
     *
     * @param old the secrets with which deliveries are signed as well, the newest first
     */
    record Done(List<OldSecret> old) implements Rotation {
        /** {@return until when deliveries are signed with another secret as well; or null} */
        public @Nullable Instant until() {
            return old.stream().map(OldSecret::until).max(Instant::compareTo).orElse(null);
        }
    }

    /** There is no such subscription. */
    record NotFound() implements Rotation {}

    /**
     * Deliveries are signed with so many secrets that no further one can be added.
     *
     * @param until when the first of them is not used any more
     */
    record TooMany(Instant until) implements Rotation {}

    /**
     * Decides how the secrets of a subscription change. Repeating a rotation changes nothing.
     *
     * @param current the secret up to now; null if it cannot be read
     * @param old the secrets that it had before
     * @param overlap how long deliveries are signed with the current secret, too
     */
    static Rotation decide(
            @Nullable Secret current,
            List<OldSecret> old,
            Secret next,
            Duration overlap,
            Instant now) {
        var valid = new ArrayList<>(old.stream().filter(each -> each.isValid(now)).toList());
        if (next.equals(current)) return new Done(valid);
        valid.removeIf(each -> each.secret().equals(next));
        if (current != null && overlap.isPositive()) {
            if (valid.size() >= OldSecret.MOST) return new TooMany(first(valid));
            valid.addFirst(new OldSecret(current, now.plus(overlap)));
        }
        return new Done(List.copyOf(valid));
    }

    private static Instant first(List<OldSecret> valid) {
        return valid.stream().map(OldSecret::until).min(Instant::compareTo).orElseThrow();
    }
}

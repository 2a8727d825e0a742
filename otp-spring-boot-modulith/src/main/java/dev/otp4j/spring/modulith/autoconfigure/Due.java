/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.supervisor.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which publications are to be tried again at a moment.
 *
 * @param stale an attempt that began before that has been lost
 * @param failed what failed its first attempt is due if that began before the first of these times,
 *     after its second attempt the second one, and so on; the last one is for all further attempts
 * @param maxAttempts what was tried so often is not due
 */
record Due(Instant stale, List<Instant> failed, int maxAttempts) {
    static Due at(Instant now, Duration staleness, Backoff backoff, int maxAttempts) {
        var failed = new ArrayList<Instant>();
        for (int attempt = 1; attempt < maxAttempts; attempt++) {
            Duration delay = backoff.delay(attempt, 0);
            failed.add(now.minus(delay));
            if (delay.equals(backoff.longest())) break;
        }
        return new Due(now.minus(staleness), List.copyOf(failed), maxAttempts);
    }

    /** The condition on the columns, with {@link #arguments} for its question marks. */
    String condition() {
        var text = new StringBuilder("COMPLETION_ATTEMPTS < ? AND ((");
        text.append(Publications.UNDER_WAY).append(" AND ").append(Publications.SINCE);
        text.append(" < ?) OR (STATUS = 'FAILED' AND (COMPLETION_ATTEMPTS < 1");
        for (int i = 0; i < failed.size(); i++) {
            String compared = i < failed.size() - 1 ? "=" : ">=";
            text.append(" OR (COMPLETION_ATTEMPTS %s %d".formatted(compared, i + 1));
            text.append(" AND ").append(Publications.SINCE).append(" < ?)");
        }
        return text.append(")))").toString();
    }

    List<Object> arguments() {
        var arguments = new ArrayList<Object>();
        arguments.add(maxAttempts);
        arguments.add(Publications.timestamp(stale));
        failed.forEach(time -> arguments.add(Publications.timestamp(time)));
        return arguments;
    }
}

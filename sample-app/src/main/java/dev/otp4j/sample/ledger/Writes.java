/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.sample.ledger.Database.Lock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Which of the two kinds of writes fail at present. One failure means nothing: writes are repeated,
 * and the request alone can be at fault.
 *
 * <p>Each transaction adds to it, in its own thread; health reads it.
 */
@Component
class Writes {
    /** How long writes have failed, without one success, when they count as failing. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** After so long without another try nothing is known any more. */
    private static final Duration KNOWN = Duration.ofMinutes(2);

    private final Map<Lock, Failures> failures = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    Writes() {
        this(System::nanoTime);
    }

    Writes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The failures since the last success. */
    private record Failures(long first, long last, String message) {
        Duration duration() {
            return Duration.ofNanos(last - first);
        }
    }

    /** Runs a write, and remembers how it ends. */
    <R> R run(Lock kind, Supplier<R> write) {
        try {
            R result = write.get();
            failures.remove(kind);
            return result;
        } catch (RuntimeException e) {
            failed(kind, e);
            throw e;
        }
    }

    private void failed(Lock kind, RuntimeException e) {
        long now = nanoTime.getAsLong();
        var next = new Failures(now, now, message(e));
        failures.merge(kind, next, (old, last) -> new Failures(old.first, now, last.message));
    }

    private static String message(RuntimeException e) {
        String text = String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        return text.lines().findFirst().orElse("");
    }

    /** {@return why writes of a kind fail; empty if they do not} */
    Optional<String> failure(Lock kind) {
        Failures found = failures.get(kind);
        if (found == null || found.duration().compareTo(LIMIT) < 0) return Optional.empty();
        if (nanoTime.getAsLong() - found.last > KNOWN.toNanos()) return Optional.empty();
        return Optional.of(
                "each write for %d s has failed: %s"
                        .formatted(found.duration().toSeconds(), found.message));
    }
}

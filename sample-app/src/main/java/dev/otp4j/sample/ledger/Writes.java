/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.sample.ledger.Database.Lock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Which of the two kinds of writes fail at present. One failure means nothing: writes are repeated,
 * and the request alone can be at fault.
 *
 * <p>Each transaction adds to it, in its own thread; health reads it.
 */
@Component
public class Writes {
    /** How long writes have failed, without one success, when they count as failing. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** After so long without another try nothing is known any more. */
    private static final Duration KNOWN = Duration.ofMinutes(2);

    /** How many characters of a message are told. */
    private static final int LONGEST = 200;

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

        Failures and(Failures next) {
            return new Failures(first, next.last, next.message);
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
        failures.merge(kind, next, (old, last) -> isKnown(old, now) ? old.and(last) : last);
    }

    private static boolean isKnown(Failures found, long now) {
        return now - found.last <= KNOWN.toNanos();
    }

    /** H2 adds the statement, from the next line on. */
    private static String message(RuntimeException e) {
        String text = String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        String line = text.lines().findFirst().orElse("").replace("; SQL statement:", "");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    /** {@return why writes of a kind fail; empty if they do not} */
    Optional<String> failure(Lock kind) {
        Failures found = failures.get(kind);
        if (found == null || found.duration().compareTo(LIMIT) < 0) return Optional.empty();
        if (!isKnown(found, nanoTime.getAsLong())) return Optional.empty();
        return Optional.of(
                "all writes of the last %d s have failed: %s"
                        .formatted(found.duration().toSeconds(), found.message));
    }

    /** {@return what the relay cannot store at present, and why; empty if there is nothing} */
    public Optional<String> problem() {
        return Stream.of(
                        failure(Lock.HEAD).map(why -> "The relay cannot store requests: " + why),
                        failure(Lock.RESULTS)
                                .map(why -> "The relay cannot store results of deliveries: " + why))
                .flatMap(Optional::stream)
                .findFirst();
    }
}

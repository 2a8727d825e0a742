/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import java.time.Duration;
import java.util.Optional;

/**
 * The time for which this instance has a lease, for the code that runs because of it. It goes on as
 * long as the lease is renewed, and never begins again: the next one has another token.
 *
 * {@snippet :
 * int changed = jdbc.update(
 *         "UPDATE ledger SET balance = ?, token = ? WHERE id = ? AND token <= ?",
 *         balance, tenure.token(), id, tenure.token());
 * if (changed == 0) throw new IllegalStateException("another instance has taken over");
 * }
 *
 * <p>When it is over, the processes that run because of it are dead. But their code may still be in
 * the middle of a statement, and an instance that was suspended as a whole learns of it late. So
 * everything that is written elsewhere carries the {@link #token}, and what is written to refuses a
 * token smaller than the largest that it has seen.
 *
 * <p>Thread-safe. No method blocks.
 *
 * @since 0.1.0
 */
public final class Tenure {
    private final Lease lease;
    private final long token;

    Tenure(Lease lease, long token) {
        this.lease = lease;
        this.token = token;
    }

    /**
     * {@return the tenure because of which the current process runs} Empty if the current thread
     * runs no process, if the process is not part of a singleton, and if a process between it and
     * the singleton has ended.
     *
     * @throws dev.otp4j.process.ProcessExit if the current process has ended
     */
    public static Optional<Tenure> current() {
        if (Processes.selfOrNull() == null) return Optional.empty();
        Optional<Pid> above = Optional.of(Processes.self());
        while (above.isPresent()) {
            Object view = above.flatMap(ProcessInfo::viewOf).orElse(null);
            if (view instanceof SingletonPlace place) return place.tenure();
            above = above.flatMap(ProcessInfo::parentOf);
        }
        return Optional.empty();
    }

    /** {@return the name of the lease} */
    public String lease() {
        return lease.name();
    }

    /** {@return the fencing token: larger than that of each tenure of this lease before} */
    public long token() {
        return token;
    }

    /**
     * {@return when this tenure ends unless it is renewed before, as {@link System#nanoTime} of
     * this instance, or as the clock that the keeper was given} In the past if it is over. Compare
     * it by subtraction.
     */
    public long validUntil() {
        return lease.validUntil(token);
    }

    /**
     * {@return how long this tenure lasts at least, unless the whole instance is suspended; zero if
     * it is over} What takes longer should not be begun.
     */
    public Duration timeLeft() {
        long left = validUntil() - lease.now();
        return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    /** {@return whether this tenure lasts} */
    public boolean isValid() {
        return timeLeft().isPositive();
    }

    @Override
    public String toString() {
        return "Tenure[%s, token %d, %s left]".formatted(lease.name(), token, timeLeft());
    }
}

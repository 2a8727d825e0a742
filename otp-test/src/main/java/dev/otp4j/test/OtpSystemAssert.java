/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.application.OtpSystem;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a system.
 *
 * {@snippet :
 * assertThat(system).isRunning().actor("/payments").hasMailboxSize(0);
 * }
 *
 * <p>Each waits until it holds, at most {@link TestLimits#timeout} or the time of {@link #within}.
 * It looks at the system again and again, at least every 2 ms, and sends it nothing. The text of a
 * failure contains the tree.
 *
 * @since 0.1.0
 */
public final class OtpSystemAssert extends AbstractAssert<OtpSystemAssert, OtpSystem> {
    private @Nullable Duration limit;

    OtpSystemAssert(OtpSystem actual) {
        super(actual, OtpSystemAssert.class);
    }

    /**
     * Sets the time limit of the assertions that follow, also of those on actors.
     *
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public OtpSystemAssert within(Duration time) {
        var unused = Conditions.nanos(time);
        limit = time;
        return this;
    }

    /**
     * {@return assertions about the actor or supervisor at a path, such as {@code /orders/intake}}
     */
    public ActorAssert actor(String path) {
        return new ActorAssert(
                system(), Objects.requireNonNull(path, "'path' must not be null"), limit());
    }

    /** Verifies that the tree runs. */
    public OtpSystemAssert isRunning() {
        return hasState(OtpSystem.State.RUNNING);
    }

    /** Verifies that the tree was stopped, or never started. */
    public OtpSystemAssert isStopped() {
        return hasState(OtpSystem.State.STOPPED);
    }

    /** Verifies that the root supervisor has ended by itself. */
    public OtpSystemAssert hasGivenUp() {
        return hasState(OtpSystem.State.GAVE_UP);
    }

    /** Verifies the state of the system. */
    public OtpSystemAssert hasState(OtpSystem.State expected) {
        return eventually("to be " + expected, () -> system().state() == expected);
    }

    /** Verifies how often children were started again since the system was built. */
    public OtpSystemAssert hasRestarts(long expected) {
        return eventually(
                "to have %d restarts".formatted(expected), () -> system().restarts() == expected);
    }

    private OtpSystemAssert eventually(String what, BooleanSupplier condition) {
        if (Conditions.await(limit(), condition)) return this;
        throw failure(
                "expected %s %s within %s; it has %d restarts\n%s",
                system(), what, limit(), system().restarts(), TreeText.of(system()));
    }

    private OtpSystem system() {
        isNotNull();
        return Objects.requireNonNull(actual);
    }

    private Duration limit() {
        return limit == null ? TestLimits.timeout() : limit;
    }
}

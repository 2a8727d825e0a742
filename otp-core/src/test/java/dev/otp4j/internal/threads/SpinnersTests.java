/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * So many threads may spin at a time; each leaves its place, and a thread without a place leaves
 * none.
 */
class SpinnersTests {
    private final Spinners spinners = new Spinners(1);

    /** What is seen at each look; the last one is seen for ever. */
    private static BooleanSupplier seeing(Boolean... looks) {
        Iterator<Boolean> next = List.of(looks).iterator();
        return () -> !next.hasNext() || next.next();
    }

    /** Spins while another one does. */
    private void spinBeside(BooleanSupplier over) {
        var looks = new AtomicInteger();
        spinners.spin(
                () -> {
                    if (looks.getAndIncrement() == 1) {
                        assertThat(spinners.count()).as("the place is taken").isEqualTo(1);
                        spinners.spin(over);
                        assertThat(spinners.count()).as("the place is taken still").isEqualTo(1);
                    }
                    return looks.get() > 2;
                });
    }

    @Test
    void anOutcomeThatComesJustWhenOneIsRefusedCostsNoPlace() {
        for (int i = 0; i < 10; i++) spinBeside(seeing(false, true));
        assertThat(spinners.count()).isZero();
        assertThat(spins()).isTrue();
    }

    @Test
    void aRefusedThreadDoesNotLookAnyMore() {
        var looks = new AtomicInteger();
        spinBeside(() -> looks.incrementAndGet() > 1_000);
        assertThat(looks).hasValue(1);
        assertThat(spins()).isTrue();
    }

    @Test
    void anErrorWhileOneLooksCostsNoPlace() {
        var looks = new AtomicInteger();
        assertThatThrownBy(
                        () ->
                                spinners.spin(
                                        () -> {
                                            if (looks.getAndIncrement() == 0) return false;
                                            throw new StackOverflowError("while it looks");
                                        }))
                .hasMessage("while it looks");
        assertThat(spinners.count()).isZero();
        assertThat(spins()).isTrue();
    }

    @Test
    void anOutcomeThatIsThereAlreadyTakesNoPlace() {
        spinners.spin(
                () -> {
                    assertThat(spinners.count()).isZero();
                    return true;
                });
        assertThat(spinners.count()).isZero();
    }

    @Test
    void itLooksForAMomentOnly() {
        spinners.spin(() -> false);
        assertThat(spinners.count()).isZero();
    }

    /** A thread with a place looks a second time. */
    private boolean spins() {
        var looks = new AtomicInteger();
        spinners.spin(() -> looks.incrementAndGet() > 1);
        return looks.get() > 1;
    }
}

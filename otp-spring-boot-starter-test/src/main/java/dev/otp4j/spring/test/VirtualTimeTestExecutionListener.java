/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Simulation;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.test.OtpTesting;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/** Gives each test method with {@link VirtualTime} a seed, and adds it to a failure. */
final class VirtualTimeTestExecutionListener extends AbstractTestExecutionListener {
    /** What a failed test ran with. Has no stack: it is no failure. */
    static final class RanWith extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RanWith(String what) {
            super(what, null, false, false);
        }
    }

    @Override
    public void beforeTestMethod(TestContext test) {
        VirtualClock clock = clock(test);
        if (clock == null) return;
        clock.awaitIdle();
        clock.reseed();
    }

    @Override
    public void afterTestMethod(TestContext test) {
        Throwable failure = test.getTestException();
        VirtualClock clock = failure == null ? null : clock(test);
        if (failure == null || clock == null) return;
        String tree =
                test.getApplicationContext().getBeanProvider(OtpSystem.class).stream()
                        .map(OtpTesting::tree)
                        .findFirst()
                        .orElse("");
        failure.addSuppressed(
                new RanWith(
                        "the order of the actors had the seed %d; run the method again with -D%s=%d%n%s"
                                .formatted(
                                        clock.seed(),
                                        Simulation.SEED_PROPERTY,
                                        clock.seed(),
                                        tree)));
    }

    private static @Nullable VirtualClock clock(TestContext test) {
        if (!test.hasApplicationContext()) return null;
        ApplicationContext context = test.getApplicationContext();
        return context.containsBean(VirtualTimeContextCustomizerFactory.CLOCK)
                ? context.getBean(VirtualTimeContextCustomizerFactory.CLOCK, VirtualClock.class)
                : null;
    }
}

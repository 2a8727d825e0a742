/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Keeps the failure analysis that a user would read in the log. Called by Boot. */
final class LastFailureAnalysis implements FailureAnalysisReporter {
    private static final ThreadLocal<@Nullable FailureAnalysis> LAST = new ThreadLocal<>();

    @Override
    public void report(FailureAnalysis analysis) {
        LAST.set(analysis);
    }

    static void forget() {
        LAST.remove();
    }

    /** {@return the last analysis of an application that this thread has started} */
    static FailureAnalysis get() {
        return Objects.requireNonNull(LAST.get(), "no failure analyzer has explained the failure");
    }
}

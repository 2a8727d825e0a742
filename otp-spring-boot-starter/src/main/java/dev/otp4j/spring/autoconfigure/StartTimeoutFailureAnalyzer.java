/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Explains a start of the whole tree that took too long: names the initialiser that was running,
 * and says what to do.
 */
final class StartTimeoutFailureAnalyzer extends AbstractFailureAnalyzer<StartTimeoutException>
        implements Ordered {
    /** Comes before {@link StartFailureAnalyzer}, which analyses the cause of this failure. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StartTimeoutException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Raise 'otp.supervision.startup-timeout' (0 means no limit). Or shorten the initialisers: let 'init'"
                        + " send the actor a message, and do the slow work in the handler of that message.",
                rootFailure);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/** Says which initialiser used up the time of the whole start, and what to do. */
final class StartTimeoutFailureAnalyzer extends AbstractFailureAnalyzer<StartTimeoutException>
        implements Ordered {
    /** Before the one for its cause. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StartTimeoutException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Raise 'otp.supervision.startup-timeout' (0 for no limit), or make initialisers faster: let 'init'"
                        + " send the actor a message and do what takes long when it comes.",
                rootFailure);
    }
}

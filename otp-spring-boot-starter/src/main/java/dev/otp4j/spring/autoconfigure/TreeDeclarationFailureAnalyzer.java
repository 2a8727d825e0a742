/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains an invalid declaration of the tree, and says what to do. */
final class TreeDeclarationFailureAnalyzer
        extends AbstractFailureAnalyzer<TreeDeclarationException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, TreeDeclarationException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), rootFailure);
    }
}

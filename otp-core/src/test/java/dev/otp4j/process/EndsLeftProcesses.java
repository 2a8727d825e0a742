/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Kills the processes that earlier tests have left running. Each occupies a slot of the table of
 * current threads, and a sender whose thread has the same slot hands nothing over: whether that
 * happens depends on how many threads were made before.
 */
final class EndsLeftProcesses implements BeforeEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) {
        for (Runner runner : Current.runners()) Processes.kill(runner.cell());
        eventually("no thread runs a process", () -> Current.runners().isEmpty());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
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
        try {
            eventually("no thread runs a process", () -> Current.runners().isEmpty());
        } catch (AssertionError left) {
            String all =
                    Current.runners().stream()
                            .map(EndsLeftProcesses::text)
                            .collect(Collectors.joining("\n"));
            throw new AssertionError("these threads run processes still:\n" + all, left);
        }
    }

    private static String text(Runner runner) {
        Thread thread = Objects.requireNonNull(runner.thread);
        String stack =
                Arrays.stream(thread.getStackTrace())
                        .map(frame -> "\n\tat " + frame)
                        .collect(Collectors.joining());
        return runner.cell() + " in " + runner.runtime + ", " + thread.getState() + stack;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.util.function.Consumer;

/** Hands each report of a supervisor to a consumer. */
public record Reported(Consumer<SupervisorReport> to) implements SupervisorListener {
    @Override
    public void reported(SupervisorReport report) {
        to.accept(report);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings that {@link ProcessRuntime.Builder} collects; a runtime reads them once, when it is
 * built.
 */
final class RuntimeSettings extends EngineSettings {
    final List<ProcessListener> listeners = new ArrayList<>();
    Redaction redaction = Redaction::typeAndSize;
    boolean reportsLater = true;
    boolean silent;
    Function<? super Pid, Duration> stuckAfter = process -> StuckHandler.DEFAULT_LIMIT;
    @Nullable VirtualClock clock;
    Duration initTimeout = ProcessOptions.DEFAULT_INIT_TIMEOUT;

    /** Has processes run one at a time, in the clock's order. */
    void runOn(VirtualClock virtual) {
        reportsLater = false;
        chaining = false;
        scheduler(real -> virtual.bind(classLoader));
    }
}

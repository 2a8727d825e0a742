/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.DiversionSettings;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.internal.threads.SentryDuties;
import dev.otp4j.internal.threads.VirtualThreads;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The settings of an {@link Engine}, which reads them once, when it is built. */
class EngineSettings {
    String name = "local";
    long incarnation = ThreadLocalRandom.current().nextLong();
    @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
    boolean chaining = true;
    Duration callTimeout = Duration.ofSeconds(5);
    boolean diverting = true;
    @Nullable Runnable cleaner;
    @Nullable ProcessContext context;
    @Nullable Timing timing;
    @Nullable CallTiming callTiming;
    boolean stampsMessages;
    @Nullable MessageContext messageContext;
    boolean listsUnsupervised;
    UnaryOperator<Scheduler> changes = real -> real;

    /** Replaces the scheduler by another one, made from it. */
    void scheduler(UnaryOperator<Scheduler> change) {
        UnaryOperator<Scheduler> before = changes;
        changes = real -> change.apply(before.apply(real));
    }

    Scheduler scheduler(SentryDuties duties) {
        DiversionSettings diversion = DiversionSettings.ofSystemProperty();
        if (!diverting) diversion = diversion.switched(false);
        return changes.apply(new VirtualThreads(name, classLoader, duties, diversion));
    }
}

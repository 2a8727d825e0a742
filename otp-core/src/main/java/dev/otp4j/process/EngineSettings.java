/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.DiversionSettings;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.internal.threads.SentryDuties;
import dev.otp4j.internal.threads.VirtualThreads;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What an {@link Engine} is to be like; it reads this once, when it is built. */
class EngineSettings {
    String name = "local";
    long incarnation = ThreadLocalRandom.current().nextLong();
    @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
    boolean chaining = true;
    boolean diverting = true;
    @Nullable Runnable cleaner;
    @Nullable Timing timing;
    boolean listsUnsupervised;
    UnaryOperator<Scheduler> changes = real -> real;

    /** Puts another scheduler in the place of the one there was. */
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

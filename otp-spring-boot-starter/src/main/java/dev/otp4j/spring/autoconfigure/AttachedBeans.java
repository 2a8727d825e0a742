/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.CallTiming;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.spring.ThreadCleaner;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Attaches beans of the context to its {@code OtpSystem}: listeners, the timing of handlers and of
 * calls, and the cleaning of threads. Does so for the auto-configured system and for one that the
 * application defines. If a system was built with its own timing or thread cleaner, it keeps them.
 *
 * <p>The beans are attached after all singletons have been created, so that a listener may use
 * subjects, and before the tree starts. Each listener bean is added to the runtime itself: it
 * receives every event, and an exception of one listener does not keep an event from the others.
 */
final class AttachedBeans implements SmartInitializingSingleton {
    private final ProcessRuntime runtime;
    private final int timedOneIn;
    private final ObjectProvider<ProcessListener> listeners;
    private final ObjectProvider<HandlerTiming> timing;
    private final boolean callsTimed;
    private final ObjectProvider<CallTiming> callTiming;
    private final ObjectProvider<ThreadCleaner> cleaners;
    private final ClassLoader classes;

    AttachedBeans(
            ProcessRuntime runtime,
            OtpProperties properties,
            ObjectProvider<ProcessListener> listeners,
            ObjectProvider<HandlerTiming> timing,
            ObjectProvider<CallTiming> callTiming,
            ObjectProvider<ThreadCleaner> cleaners,
            ClassLoader classes) {
        this.runtime = runtime;
        this.timedOneIn = properties.metrics().messageTiming().oneIn;
        this.listeners = listeners;
        this.timing = timing;
        this.callsTimed = properties.metrics().callTiming();
        this.callTiming = callTiming;
        this.cleaners = cleaners;
        this.classes = classes;
    }

    @Override
    public void afterSingletonsInstantiated() {
        listeners.orderedStream().forEach(runtime::addListener);
        if (timedOneIn > 0) timing.ifAvailable(sink -> runtime.timingIfAbsent(timedOneIn, sink));
        if (callsTimed) callTiming.ifAvailable(runtime::callTimingIfAbsent);
        runtime.threadCleanerIfAbsent(
                new ThreadCleaning(classes, cleaners.orderedStream().toList()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.jfr.JfrEvents;
import dev.otp4j.process.CallTiming;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.MessageContext;
import dev.otp4j.process.ProcessContext;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.spring.ThreadCleaner;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.ClassUtils;

/**
 * Attaches beans of the context to its {@code OtpSystem}: listeners, the timing of handlers and of
 * calls, the cleaning of threads, what is in the MDC and what messages carry. Does so for the
 * auto-configured system and for one that the application defines. If a system was built with its
 * own timing, thread cleaner or context, it keeps them.
 *
 * <p>The beans are attached after all singletons have been created, so that a listener may use
 * subjects, and before the tree starts. Each listener bean is added to the runtime itself: it
 * receives every event, and an exception of one listener does not keep an event from the others.
 */
final class AttachedBeans implements SmartInitializingSingleton {
    private final ProcessRuntime runtime;
    private final OtpProperties properties;
    private final ObjectProvider<ProcessListener> listeners;
    private final Supplier<Collection<ProcessListener>> local;
    private final ObjectProvider<HandlerTiming> timing;
    private final ObjectProvider<CallTiming> callTiming;
    private final ObjectProvider<ThreadCleaner> cleaners;
    private final ObjectProvider<ProcessContext> contexts;
    private final ObjectProvider<MessageContext> messageContexts;
    private final ClassLoader classes;

    AttachedBeans(
            ProcessRuntime runtime,
            OtpProperties properties,
            ObjectProvider<ProcessListener> listeners,
            Supplier<Collection<ProcessListener>> local,
            ObjectProvider<HandlerTiming> timing,
            ObjectProvider<CallTiming> callTiming,
            ObjectProvider<ThreadCleaner> cleaners,
            ObjectProvider<ProcessContext> contexts,
            ObjectProvider<MessageContext> messageContexts,
            ClassLoader classes) {
        this.runtime = runtime;
        this.properties = properties;
        this.listeners = listeners;
        this.local = local;
        this.timing = timing;
        this.callTiming = callTiming;
        this.cleaners = cleaners;
        this.contexts = contexts;
        this.messageContexts = messageContexts;
        this.classes = classes;
    }

    @Override
    public void afterSingletonsInstantiated() {
        ownListeners().forEach(runtime::addListener);
        attachTiming();
        runtime.threadCleanerIfAbsent(
                new ThreadCleaning(classes, cleaners.orderedStream().toList()));
        ProcessContext context = contexts.getIfAvailable(this::mdc);
        if (context != null) runtime.processContextIfAbsent(context);
        attachMessageContext();
    }

    private void attachMessageContext() {
        List<MessageContext> found = messageContexts.orderedStream().toList();
        MessageContexts.warnOfNoEffect(properties, found, classes);
        if (!found.isEmpty()) runtime.messageContextIfAbsent(MessageContexts.of(found));
    }

    /** Not those of a context above: they are told of the system of their own context. */
    private Stream<ProcessListener> ownListeners() {
        Set<ProcessListener> own = Collections.newSetFromMap(new IdentityHashMap<>());
        own.addAll(local.get());
        return listeners.orderedStream().filter(own::contains);
    }

    private void attachTiming() {
        int oneIn = properties.metrics().messageTiming().oneIn;
        HandlerTiming sink = oneIn > 0 ? timing.getIfAvailable() : null;
        OtpProperties.Jfr jfr = properties.jfr();
        if (jfr.enabled() && jfr.slowHandlers() && present("jdk.jfr.Event")) {
            runtime.timingIfAbsent(1, JfrEvents.slowHandlers(sink));
        } else if (sink != null) {
            runtime.timingIfAbsent(oneIn, sink);
        }
        if (properties.metrics().queueTiming()) runtime.timeQueues();
        if (properties.metrics().callTiming()) callTiming.ifAvailable(runtime::callTimingIfAbsent);
    }

    private @Nullable ProcessContext mdc() {
        return switch (properties.logging().mdc()) {
            case ALL -> present("org.slf4j.MDC") ? new MdcContext(false) : null;
            case LIBRARY -> present("org.slf4j.MDC") ? new MdcContext(true) : null;
            case NONE -> null;
        };
    }

    private boolean present(String type) {
        return ClassUtils.isPresent(type, classes);
    }
}

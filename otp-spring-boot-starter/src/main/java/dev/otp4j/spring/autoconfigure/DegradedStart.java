/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.StartFailures;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.ChildStartFailure;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Lets the application start although a part of the tree cannot be started, if the properties say
 * so, and refuses traffic until that part runs. A mistake in the code or the configuration fails
 * the start all the same.
 *
 * <p>The failures are the only source of truth. As in {@link RootFailure} one thread at a time
 * looks at them and publishes; it looks again if there was another change meanwhile.
 *
 * <pre>
 * changes   incremented by each change; the thread that increments it from 0 looks and publishes,
 *           until it has brought the count back to 0
 * published written and read by that thread only
 * </pre>
 */
final class DegradedStart implements ApplicationListener<AvailabilityChangeEvent<?>> {
    private static final Log LOG = LogFactory.getLog(DegradedStart.class);

    private final ApplicationContext context;
    private final ObjectProvider<OtpSystem> system;
    private final StartFailures failures =
            new StartFailures(failure -> !isMistake(failure), this::changed);
    private final boolean wanted;
    private final AtomicInteger changes = new AtomicInteger();
    private boolean published;

    DegradedStart(ApplicationContext context, ObjectProvider<OtpSystem> system, boolean wanted) {
        this.context = context;
        this.system = system;
        this.wanted = wanted;
    }

    StartFailures failures() {
        return failures;
    }

    /** Whether the application starts although a part of the tree cannot be started. */
    boolean isWanted() {
        return wanted;
    }

    /**
     * The same child; its first start may fail if that is wanted. For a child of a supervisor that
     * restarts each child by itself.
     *
     * @param supervisor path of the supervisor, empty for the root
     */
    <D> ChildSpecification<D> tolerated(String supervisor, ChildSpecification<D> child) {
        return wanted ? failures.tolerated(supervisor.isEmpty() ? "/" : supervisor, child) : child;
    }

    /**
     * Whether the start fails all the same, because the code or the configuration is wrong: another
     * try would fail too.
     */
    static boolean isMistake(ChildStartFailure failure) {
        Throwable thrown = failure.cause().orElse(null);
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof TreeDeclarationException) return true;
        }
        var creation = CreationFailure.ofActor(thrown, ActorDeclaration.beanName(failure.id()));
        return creation != null && creation.isMistake();
    }

    /** The whole tree could not be started, and the application runs without it. */
    void treeFailed(RuntimeException failure) {
        LOG.error(
                "the application runs without its supervision tree, which could not be started",
                failure);
        failures.treeFailed(String.valueOf(failure.getMessage()));
        look();
    }

    /** Called in a process: publishes on a thread of its own, because listeners may block. */
    private void changed(Optional<ChildStartFailure> failure) {
        failure.ifPresent(
                failed ->
                        LOG.error(
                                "the supervision tree runs without '%s': %s"
                                        .formatted(failed.path(), failed),
                                failed.cause().orElse(null)));
        SystemThreads.start(system.getObject(), "otp:degraded", this::look);
    }

    /** Publishes what follows from the failures, if it is new. */
    void look() {
        if (!wanted || changes.getAndIncrement() != 0) return;
        int seen;
        do {
            seen = changes.get();
            publishNews();
        } while (changes.addAndGet(-seen) != 0);
    }

    private void publishNews() {
        boolean degraded = !failures.isEmpty();
        boolean settled =
                switch (system.getObject().state()) {
                    case RUNNING -> true;
                    case STOPPED -> degraded;
                    case STARTING, STOPPING, GAVE_UP -> false;
                };
        if (!settled || published == degraded) return;
        published = degraded;
        ReadinessState state =
                degraded ? ReadinessState.REFUSING_TRAFFIC : ReadinessState.ACCEPTING_TRAFFIC;
        try {
            publish(state);
        } catch (Throwable e) { // a listener in Kotlin may throw checked exceptions
            LOG.warn(
                    "an application listener failed when it was told of the readiness state "
                            + state,
                    e);
        }
    }

    /** Boot declares the application ready at the end of its start. */
    @Override
    public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
        if (event.getState() != ReadinessState.ACCEPTING_TRAFFIC || failures.isEmpty()) return;
        publish(ReadinessState.REFUSING_TRAFFIC);
    }

    private void publish(ReadinessState state) {
        AvailabilityChangeEvent.publish(context, state);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.spring.autoconfigure.OtpProperties.Events;
import dev.otp4j.spring.event.ActorCrashedEvent;
import dev.otp4j.spring.event.ActorEvent;
import dev.otp4j.spring.event.ActorRestartedEvent;
import dev.otp4j.spring.event.ActorStartedEvent;
import dev.otp4j.spring.event.ActorStoppedEvent;
import dev.otp4j.spring.event.SupervisorGaveUpEvent;
import dev.otp4j.supervisor.ChildEnd;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes what happens in the tree as events of the application context. Begins before the tree
 * starts, and looks then whether a listener of such events exists; ends after the tree has stopped.
 */
final class TreeEvents implements SmartLifecycle {
    /** How long the end waits for listeners of events that wait. */
    private static final Duration TO_PUBLISH = Duration.ofSeconds(1);

    private final OtpSystem system;
    private final ApplicationContext context;
    private final Events wanted;
    private final EventQueue queue;
    private boolean attached; // guarded by this
    private volatile boolean running;

    TreeEvents(OtpSystem system, ApplicationContext context, Events wanted) {
        this.system = system;
        this.context = context;
        this.wanted = wanted;
        queue = new EventQueue(system, context::publishEvent);
    }

    @Override
    public synchronized void start() {
        if (!attached && isWanted()) {
            system.runtime().addListener(new Reporting());
            attached = true;
        }
        running = true;
    }

    private boolean isWanted() {
        return switch (wanted) {
            case ALWAYS -> true;
            case AUTO -> EventListeners.exist(context);
            case NEVER -> false;
        };
    }

    @Override
    public synchronized void stop() {
        queue.await(TO_PUBLISH);
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before everything else, the tree included; on the way down after everything else. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    /** Called in the processes of supervisors: makes events and queues them, no more. */
    private final class Reporting implements SupervisorListener {
        @Override
        public void counted(SupervisorReport report) {
            if (running) queue.add(event(report));
        }

        @Override
        public void childEnded(ChildEnd end) {
            if (running) queue.add(event(end));
        }
    }

    private @Nullable ActorEvent event(SupervisorReport report) {
        String path = path(report.supervisorPath(), report.child());
        return switch (report.context()) {
            case STARTED ->
                    new ActorStartedEvent(
                            system,
                            path,
                            report.definition(),
                            report.type(),
                            report.pid(),
                            report.reason());
            case RESTARTED ->
                    new ActorRestartedEvent(
                            system,
                            path,
                            report.definition(),
                            report.type(),
                            report.pid(),
                            report.reason());
            case START_ERROR ->
                    new ActorCrashedEvent(
                            system,
                            path,
                            report.definition(),
                            report.type(),
                            report.pid(),
                            report.reason());
            case SHUTDOWN ->
                    new SupervisorGaveUpEvent(
                            system,
                            report.supervisorPath(),
                            report.supervisorDefinition(),
                            report.supervisor(),
                            report.reason(),
                            path);
            case CHILD_TERMINATED, SHUTDOWN_ERROR -> null; // childEnded tells of these
        };
    }

    private ActorEvent event(ChildEnd end) {
        String path = path(end.supervisorPath(), end.child());
        return end.reason() instanceof ExitReason.Abnormal
                ? new ActorCrashedEvent(
                        system, path, end.definition(), end.type(), end.pid(), end.reason())
                : new ActorStoppedEvent(
                        system,
                        path,
                        end.definition(),
                        end.type(),
                        end.pid(),
                        end.reason(),
                        end.children());
    }

    private static String path(String supervisor, String child) {
        return supervisor.equals("/") ? "/" + child : supervisor + "/" + child;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.FailedCall;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.StuckHandler;
import dev.otp4j.supervisor.ChildEnd;
import dev.otp4j.supervisor.SupervisorInfo;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import dev.otp4j.supervisor.SupervisorReport.Context;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Meters of a supervision tree. Most are tagged by definition: running actors, mailboxes, starts,
 * restarts, stops, crashes, failed calls, stuck handlers. Those of supervisors are tagged by the
 * supervisor's definition. The state, held messages, dead letters, zombies and starved carriers are
 * those of the whole system. Those of concurrency limits are tagged by the limit.
 *
 * {@snippet :
 * var meters = new OtpMeters(system);
 * system.runtime().addListener(meters);
 * meters.bindTo(registry);
 * system.start();
 * }
 *
 * <p>An {@code OtpMeters} must be a listener of the system that it measures, from its start on. A
 * definition gets its meters when its first child starts. Events are counted as they are told, so
 * their counts never decrease.
 *
 * <p>The tree is read at most four times a second, and all gauges share one reading. The meters of
 * a child that was deleted from a static supervisor, and of all that was below it, are removed when
 * the gauges are read.
 *
 * @since 0.1.0
 */
public final class OtpMeters implements MeterBinder, SupervisorListener, AutoCloseable {
    private static final long MAX_AGE = Duration.ofMillis(250).toNanos();

    private record Reading(Census census, long at) {}

    private final OtpSystem system;
    private final Shown shown = new Shown();
    private final Callees callees = new Callees();
    private final Definitions definitions;
    private final LimitMeters limits;
    private volatile @Nullable Reading reading;

    /** Creates the meters of {@code system}. */
    public OtpMeters(OtpSystem system) {
        this.system = system;
        limits = new LimitMeters(system.runtime(), shown);
        definitions =
                new Definitions(
                        shown,
                        callees,
                        definition -> now().of(definition),
                        supervisor -> now().used(supervisor),
                        factory -> now().keys(factory));
    }

    /**
     * Has the meters of a definition that is gone removed from {@code others} too.
     *
     * @return this
     */
    public OtpMeters removingFrom(ProcessingMeters others) {
        definitions.whenRemoved(others::remove);
        return this;
    }

    /**
     * Has the meters of a definition that is gone removed from {@code others} too.
     *
     * @return this
     */
    public OtpMeters removingFrom(CallMeters others) {
        definitions.whenRemoved(others::remove);
        return this;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        synchronized (shown) {
            shown.add(registry);
            SystemMeters.register(system, registry, shown);
            definitions.registerAll(registry);
            limits.registerAll(registry);
        }
    }

    /** Removes the meters from all registries. Later events are not measured. */
    @Override
    public void close() {
        synchronized (shown) {
            definitions.clear();
            limits.clear();
            shown.close();
        }
    }

    // ---- events

    @Override
    public void counted(SupervisorReport report) {
        switch (report.context()) {
            case STARTED, RESTARTED -> started(report);
            case START_ERROR -> {
                ExitReason reason = report.reason();
                if (ExitReason.throwableOf(reason).isEmpty()) return; // it did not crash
                definitions.of(Definition.of(report)).crashed(reason, 1);
            }
            case SHUTDOWN -> definitions.supervisor(report.supervisorDefinition()).escalated();
            case CHILD_TERMINATED, SHUTDOWN_ERROR -> {} // childEnded counts it
        }
    }

    private void started(SupervisorReport report) {
        var definition = Definition.of(report);
        DefinitionMeters meters = definitions.started(definition, instance(report.pid()));
        callees.started(report, definition);
        if (isKeyed(report.pid())) definitions.keyed(definition.actor());
        if (report.context() == Context.RESTARTED) meters.restarted();
        Duration took = report.took();
        if (took != null) meters.tookToStart(took);
        limited(report.pid());
    }

    private static boolean isKeyed(@Nullable Pid pid) {
        return pid != null && SupervisorInfo.of(pid).flatMap(SupervisorInfo::keyCounts).isPresent();
    }

    private void limited(@Nullable Pid pid) {
        if (pid == null) return;
        ProcessInfo.permitOf(pid).ifPresent(permit -> limits.started(permit.limit()));
    }

    private static DefinitionMeters.Instance instance(@Nullable Pid pid) {
        if (pid == null || SupervisorInfo.of(pid).isPresent()) {
            return DefinitionMeters.Instance.NO_ACTOR;
        }
        return ProcessInfo.mailboxLimitOf(pid).isPresent()
                ? DefinitionMeters.Instance.LIMITED_ACTOR
                : DefinitionMeters.Instance.ACTOR;
    }

    @Override
    public void childEnded(ChildEnd end) {
        definitions.of(Definition.of(end)).ended(end.reason(), end.children());
    }

    @Override
    public void handlerStuck(StuckHandler stuck) {
        ProcessDefinition.of(stuck.pid())
                .map(Definition::of)
                .ifPresent(definition -> definitions.of(definition).foundStuck());
    }

    @Override
    public void callFailed(FailedCall call) {
        definitions.of(callees.of(call)).callFailed(Outcomes.of(call.failure()));
    }

    // ---- the tree

    private Census now() {
        long now = System.nanoTime();
        Reading last = reading;
        if (last == null || now - last.at() > MAX_AGE) {
            last = new Reading(Census.of(system), now);
            reading = last;
            definitions.removeDeleted(last.census(), now);
        }
        return last.census();
    }
}

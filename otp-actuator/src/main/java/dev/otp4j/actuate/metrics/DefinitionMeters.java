/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.process.ExitReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one definition. Counting takes no lock, unless a counter is needed for the first
 * time; the lock of all meters, {@code shown}, guards everything else.
 */
final class DefinitionMeters {
    /** So many types of exceptions have a counter of their own. */
    static final int ERRORS = 20;

    private static final List<String> STOPS = List.of("normal", "shutdown", "killed", "crashed");
    private static final int OUTCOMES = 15; // more than CallException has kinds

    /** Outcomes that are shown before they happen, so that a tool sees the first one as a rise. */
    private static final List<String> USUAL_OUTCOMES = List.of("timed-out", "callee-down");

    private static final TaggedCounters.Kind CRASHES =
            new TaggedCounters.Kind(
                    "otp.actor.crashes",
                    "Instances that ended by an exception or an abnormal stop, also while they started",
                    "crashes",
                    "error",
                    ERRORS);
    private static final TaggedCounters.Kind STOPPED =
            new TaggedCounters.Kind(
                    "otp.actor.stops", "Ends of instances", "stops", "reason", STOPS.size());
    private static final TaggedCounters.Kind FAILED_CALLS =
            new TaggedCounters.Kind(
                    "otp.actor.calls.failed",
                    "Calls of instances that got no reply",
                    null,
                    "outcome",
                    OUTCOMES);
    private static final TimeMeters START =
            new TimeMeters("otp.actor.start", "Time until an instance was initialised");

    /** What an instance is; each has the meters of those before it. */
    enum Instance {
        /** A supervisor, or nothing that is known. */
        NO_ACTOR,
        ACTOR,
        /** An actor whose mailbox has a limit. */
        LIMITED_ACTOR
    }

    private final Definition definition;
    private final Shown shown;
    private final Function<Definition, Census.Sums> reading;
    private final LongAdder restarts = new LongAdder();
    private final LongAdder stuck = new LongAdder();
    private final Times starts = new Times();
    private final TaggedCounters crashes;
    private final TaggedCounters stops;
    private final TaggedCounters failedCalls;
    private volatile Instance most = Instance.NO_ACTOR; // written under the lock
    private boolean hasStarted; // guarded by shown, as all below
    private boolean isGone;
    private long touched;

    /**
     * @param reading gives the sums over all instances
     */
    DefinitionMeters(
            Definition definition, Shown shown, Function<Definition, Census.Sums> reading) {
        this.definition = definition;
        this.shown = shown;
        this.reading = reading;
        Tags tags = definition.tags();
        crashes = new TaggedCounters(CRASHES, tags);
        stops = new TaggedCounters(STOPPED, tags);
        failedCalls = new TaggedCounters(FAILED_CALLS, tags);
        touched = System.nanoTime();
    }

    Definition definition() {
        return definition;
    }

    // ---- counting

    void restarted() {
        restarts.increment();
    }

    void tookToStart(Duration time) {
        starts.add(time.toNanos());
    }

    void foundStuck() {
        stuck.increment();
    }

    /** So many instances have ended. */
    void ended(ExitReason reason, int instances) {
        String kind =
                switch (reason) {
                    case ExitReason.Normal normal -> "normal";
                    case ExitReason.Shutdown shutdown -> "shutdown";
                    case ExitReason.Kill kill -> "killed";
                    case ExitReason.Killed killed -> "killed";
                    case ExitReason.NoProcess none -> "crashed";
                    case ExitReason.NodeDown down -> "crashed";
                    case ExitReason.Abnormal abnormal -> "crashed";
                };
        count(stops, kind, instances);
        if (kind.equals("crashed")) crashed(reason, instances);
    }

    void crashed(ExitReason reason, int instances) {
        String error =
                ExitReason.throwableOf(reason)
                        .map(thrown -> thrown.getClass().getName())
                        .orElse("abnormal");
        count(crashes, error, instances);
    }

    void callFailed(String outcome) {
        count(failedCalls, outcome, 1);
    }

    private void count(TaggedCounters counters, String value, int times) {
        LongAdder counter = counters.find(value);
        if (counter == null) {
            synchronized (shown) {
                if (isGone) return;
                counter = counters.add(value, shown, definition);
            }
        }
        counter.add(times);
    }

    // ---- what there is; all under the lock

    /** An instance was started, or something was counted for the first time. */
    void started(Instance instance) {
        touched = System.nanoTime();
        boolean addsStarts = !hasStarted;
        Instance before = most;
        hasStarted = true;
        if (instance.compareTo(before) > 0) most = instance;
        if (addsStarts) shown.registries().forEach(this::registerStarts);
        if (isActor() && before == Instance.NO_ACTOR) registerActor();
        if (isLimited() && before != Instance.LIMITED_ACTOR) {
            shown.registries().forEach(this::registerRoom);
        }
    }

    /** Whether such an instance adds no meters. */
    boolean knows(Instance instance) {
        return instance.compareTo(most) <= 0;
    }

    boolean isActor() {
        return most != Instance.NO_ACTOR;
    }

    private boolean isLimited() {
        return most == Instance.LIMITED_ACTOR;
    }

    boolean wasTouchedSince(long time) {
        return touched - time >= 0;
    }

    void remove() {
        isGone = true;
        shown.remove(definition);
    }

    /** The meters that are there before anything happens. */
    void register() {
        STOPS.forEach(reason -> stops.add(reason, shown, definition));
    }

    void registerAll(MeterRegistry registry) {
        crashes.registerAll(registry, shown, definition);
        stops.registerAll(registry, shown, definition);
        failedCalls.registerAll(registry, shown, definition);
        if (hasStarted) registerStarts(registry);
        if (isActor()) registerGauges(registry);
        if (isLimited()) registerRoom(registry);
    }

    private void registerStarts(MeterRegistry registry) {
        var restarted =
                FunctionCounter.builder("otp.actor.restarts", restarts, LongAdder::sum)
                        .tags(definition.tags())
                        .description("Restarts of children since the application started")
                        .baseUnit("restarts")
                        .register(registry);
        show(registry, restarted);
        START.register(registry, definition.tags(), starts).forEach(meter -> show(registry, meter));
    }

    private void registerActor() {
        shown.registries().forEach(this::registerGauges);
        USUAL_OUTCOMES.forEach(outcome -> failedCalls.add(outcome, shown, definition));
    }

    private void registerGauges(MeterRegistry registry) {
        gauge(registry, "otp.actors.running", "Running actors", Census.Sums::running);
        gauge(
                registry,
                "otp.actors.handling",
                "Actors that handle a message at this moment",
                Census.Sums::busy);
        gauge(
                registry,
                "otp.actor.mailbox.size",
                "Messages in the mailboxes of all instances",
                Census.Sums::mailbox);
        gauge(
                registry,
                "otp.actor.mailbox.size.max",
                "Messages in the fullest mailbox of all instances",
                Census.Sums::longestMailbox);
        gauge(
                registry,
                "otp.actor.mailbox.held",
                "Messages that the names of all instances hold until the instances run again",
                Census.Sums::held);
        gauge(
                registry,
                "otp.actor.stuck",
                "Instances that are busy with one message for too long",
                Census.Sums::stuck);
        var found =
                FunctionCounter.builder("otp.actor.stuck.found", stuck, LongAdder::sum)
                        .tags(definition.tags())
                        .description("Messages with which an instance was busy for too long")
                        .register(registry);
        show(registry, found);
        var oldest =
                TimeGauge.builder(
                                "otp.actor.mailbox.age.max",
                                this,
                                TimeUnit.NANOSECONDS,
                                meters -> meters.now().oldest())
                        .tags(definition.tags())
                        .description(
                                "For how long the oldest queued message of all instances has been waiting, at least")
                        .register(registry);
        show(registry, oldest);
    }

    private void registerRoom(MeterRegistry registry) {
        gauge(
                registry,
                "otp.actor.mailbox.capacity",
                "Places in the mailboxes with a limit, of all instances",
                Census.Sums::capacity);
        gauge(
                registry,
                "otp.actor.senders.waiting",
                "Senders that wait for room in the mailboxes of all instances",
                Census.Sums::waiting);
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            String description,
            ToDoubleFunction<Census.Sums> value) {
        var gauge =
                Gauge.builder(name, this, meters -> value.applyAsDouble(meters.now()))
                        .tags(definition.tags())
                        .description(description)
                        .register(registry);
        show(registry, gauge);
    }

    private void show(MeterRegistry registry, Meter meter) {
        shown.in(registry, definition, meter);
    }

    private Census.Sums now() {
        return reading.apply(definition);
    }
}

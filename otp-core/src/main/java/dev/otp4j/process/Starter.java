/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes: creates the cell, links it before anything runs, and waits for the initialiser.
 */
final class Starter {
    private Starter() {}

    /**
     * @throws IllegalStateException if the options contradict each other
     */
    static Startup start(Behavior<?> behavior, ProcessOptions options) {
        ProcessCell self = Current.process();
        ProcessCell cell = cell(self, behavior, options);
        var start = new StartCell(cell.runtime, self);
        cell.starting(start);
        launch(self, cell, options.linked, new Runner(cell));
        try {
            return await(self, cell, start, options.initTimeout);
        } catch (StackOverflowError | OutOfMemoryError thrown) {
            abandon(self, cell); // the starter never learns of it
            throw thrown;
        }
    }

    /** Starts a process and does not wait for its initialiser. */
    static Launched begin(Behavior<?> behavior, ProcessOptions options, Runnable told) {
        ProcessCell self = Current.processOrThrow("start a process and go on");
        ProcessCell cell = cell(self, behavior, options);
        var start = new StartCell(cell.runtime, self, told);
        cell.starting(start);
        Timer limit = null;
        if (options.initTimeout != null) limit = limitLater(cell, start, options.initTimeout);
        try {
            launch(self, cell, options.linked, new Runner(cell));
        } catch (Throwable thrown) {
            if (limit != null) limit.cancel();
            throw thrown;
        }
        return new Launched(cell, start, limit);
    }

    /** The cell of a new process, which does not run yet. */
    private static ProcessCell cell(
            @Nullable ProcessCell self, Behavior<?> behavior, ProcessOptions options) {
        checkRetention(options);
        Engine runtime = runtime(self, options.runtime);
        ProcessPort parent = self == null ? runtime.port : self;
        Place.Given placement = self == null ? null : self.placement();
        Object place = placement == null ? null : placement.place();
        if (options.label != null)
            place = self == null ? Place.root() : Place.below(self.path(), options.label);
        boolean interrupt =
                options.interruptOnKill && (placement == null || placement.interruptOnKill());
        Mailbox mailbox =
                options.mailbox == null ? new Mailbox() : new BoundedMailbox(options.mailbox);
        var cell =
                new ProcessCell(runtime, parent, place, options.name, interrupt, behavior, mailbox);
        cell.trapExits = options.trapExits;
        Subject<?> subject = subject(cell, options.name);
        behavior.bind(cell, subject, options.chaining, options.calls);
        limit(cell, behavior, options, subject, inherited(self, placement));
        return cell;
    }

    /** The limit that a supervisor gives to this child, or that the starter passes on. */
    private static @Nullable ConcurrencyLimit inherited(
            @Nullable ProcessCell self, Place.@Nullable Given placement) {
        if (placement != null && placement.concurrency() != null) return placement.concurrency();
        return self == null ? null : self.passedOn();
    }

    /**
     * Gives the process an inbox of its own kind if it needs permits, or its mailbox is retained.
     */
    private static void limit(
            ProcessCell cell,
            BehaviorState<?> behavior,
            ProcessOptions options,
            Subject<?> subject,
            @Nullable ConcurrencyLimit inherited) {
        ConcurrencyLimit below = options.concurrency.passedOn(inherited);
        if (below != null) cell.passOn(below);
        MailboxRetention retention = options.retention;
        RetainedInbox.Setting left =
                retention == null || options.name == null
                        ? null
                        : new RetainedInbox.Setting(options.name, subject, retention);
        ConcurrencyLimit taken = options.concurrency.taken(inherited);
        if (taken == null) {
            if (left != null) cell.keepInbox(new RetainedInbox(cell, left));
            return;
        }
        cell.keepInbox(new PermitInbox(cell, taken, left));
        behavior.needPermits();
        cell.runtime.limits.add(taken);
    }

    private static void checkRetention(ProcessOptions options) {
        MailboxRetention retention = options.retention;
        if (retention == null) return;
        NameState name = options.name;
        if (name == null) {
            throw new IllegalStateException(
                    "a retained mailbox ('%s') needs a name, which keeps the messages for the next process: add named(name)"
                            .formatted(retention));
        }
        if (name.neverHolds()) {
            throw new IllegalStateException(
                    "a retained mailbox ('%s') needs a name that holds messages, but '%s' refuses them while it has no process: create it with Vacancy.holding(limit)"
                            .formatted(retention, name));
        }
    }

    /** Starts a process that runs a body on its own thread. */
    static Pid spawn(Runnable body, boolean linked) {
        ProcessCell self = Current.process();
        Engine runtime = runtime(self, null);
        ProcessPort parent = self == null ? runtime.port : self;
        var cell = new ProcessCell(runtime, parent, null, null, true, null);
        launch(self, cell, linked, new Runner(cell, body));
        return cell;
    }

    private static Engine runtime(@Nullable ProcessCell self, @Nullable ProcessRuntime wanted) {
        if (self != null) return self.runtime;
        return wanted == null ? ProcessRuntime.defaultRuntime() : wanted;
    }

    private static Subject<?> subject(ProcessCell cell, @Nullable Name<?> name) {
        return name == null ? new LocalSubject<>(cell) : name.subject();
    }

    /** The link stands before the new process runs; a starter that has ended starts nothing. */
    private static void launch(
            @Nullable ProcessCell self, ProcessCell cell, boolean linked, Runner first) {
        if (self == null) {
            launch(cell, first);
        } else if (linked) {
            self.countAct();
            if (Links.connect(self, cell) != null) self.checkAlive();
            launch(cell, first); // if the starter dies now, the link takes it along
        } else {
            var unused = self.withinCall(() -> launch(cell, first));
        }
    }

    /** If its thread cannot be started, the process is ended: it would be alive but never run. */
    private static boolean launch(ProcessCell cell, Runner first) {
        try {
            cell.runtime.launching(cell);
            cell.runtime.scheduler.start(cell.threadName(), first);
            return true;
        } catch (Throwable thrown) {
            if (!first.claim()) return true; // it has begun all the same
            ProcessCell starter = Current.process();
            if (starter != null) Links.disconnect(starter, cell);
            cell.end(ExitReason.KILLED);
            throw thrown;
        }
    }

    private static Startup await(
            @Nullable ProcessCell self,
            ProcessCell cell,
            StartCell start,
            @Nullable Duration limit) {
        long nanos = limit == null ? Long.MAX_VALUE : Arguments.nanos("initTimeout", limit);
        try {
            Object outcome = start.await(self, nanos);
            if (outcome == null && limit != null) return timedOut(self, cell, start, limit);
            if (self != null) self.checkAlive();
            return (Startup) Objects.requireNonNull(outcome);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandon(self, cell);
            throw new CallException.Interrupted("the initialiser of " + cell);
        } catch (ProcessExit exit) {
            if (limit != null) limitLater(cell, start, limit);
            throw exit;
        }
    }

    /** The starter does not wait: a timer limits the initialiser's time instead. */
    private static Timer limitLater(ProcessCell cell, StartCell start, Duration limit) {
        Runnable endLate =
                () -> {
                    if (start.complete(new Startup.NotStarted(new StartError.InitTimeout(limit))))
                        cell.end(ExitReason.KILLED);
                };
        long nanos = Arguments.nanos("initTimeout", limit);
        return new DelayedSend(cell.runtime.timers, nanos, cell, endLate).set(null);
    }

    private static Startup timedOut(
            @Nullable ProcessCell self, ProcessCell cell, StartCell start, Duration limit)
            throws InterruptedException {
        var timedOut = new Startup.NotStarted(new StartError.InitTimeout(limit));
        if (start.complete(timedOut)) {
            abandon(self, cell);
            return timedOut;
        }
        return (Startup) Objects.requireNonNull(start.await(self, Long.MAX_VALUE)); // any moment
    }

    private static void abandon(@Nullable ProcessCell self, ProcessCell cell) {
        if (self != null) Links.disconnect(self, cell);
        cell.end(ExitReason.KILLED);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Behavior} is started. Immutable: each method returns new options.
 *
 * {@snippet :
 * ProcessOptions options = ProcessOptions.defaults().named(printers).initTimeout(Duration.ofSeconds(5));
 * Behavior.start(new Printer(), options);
 * }
 *
 * <p>Counterpart: the options of {@code gen_server:start_link/4}.
 *
 * @since 0.1.0
 */
public final class ProcessOptions {
    /** The time an initialiser has unless said otherwise: 1 s. */
    public static final Duration DEFAULT_INIT_TIMEOUT = Duration.ofSeconds(1);

    private static final ProcessOptions DEFAULTS = new ProcessOptions(new Draft());

    final @Nullable Name<?> name;
    final @Nullable String label;
    final boolean trapExits;
    final boolean linked;
    final @Nullable Duration initTimeout;
    final boolean interruptOnKill;
    final boolean chaining;
    final @Nullable ProcessRuntime runtime;
    final @Nullable MailboxLimit mailbox;
    final @Nullable MailboxRetention retention;
    final Concurrency concurrency;
    final CallRules calls;

    private ProcessOptions(Draft draft) {
        name = draft.name;
        label = draft.label;
        trapExits = draft.trapExits;
        linked = draft.linked;
        initTimeout = draft.initTimeout;
        interruptOnKill = draft.interruptOnKill;
        chaining = draft.chaining;
        runtime = draft.runtime;
        mailbox = draft.mailbox;
        retention = draft.retention;
        concurrency = draft.concurrency;
        calls = draft.calls;
    }

    private ProcessOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new ProcessOptions(draft);
    }

    /**
     * {@return no name, linked, not trapping, interrupted on kill, {@link #DEFAULT_INIT_TIMEOUT}}
     */
    public static ProcessOptions defaults() {
        return DEFAULTS;
    }

    /** {@return these options with a name, or without one if it is null} */
    public ProcessOptions named(@Nullable Name<?> newName) {
        return with(draft -> draft.name = newName);
    }

    /**
     * {@return these options with a label: the last part of the process's path; null takes the one
     * its supervisor gives}
     */
    public ProcessOptions labeled(@Nullable String newLabel) {
        return with(draft -> draft.label = newLabel);
    }

    /** {@return these options: exit signals become messages from the start, or not} */
    public ProcessOptions trapping(boolean trap) {
        return with(draft -> draft.trapExits = trap);
    }

    /**
     * {@return these options: the new process is linked to its starter, if that is a process, or
     * not}
     */
    public ProcessOptions linked(boolean link) {
        return with(draft -> draft.linked = link);
    }

    /**
     * {@return these options with a time limit for the initialiser; null for none}
     *
     * @throws IllegalArgumentException if {@code limit} is not positive
     */
    public ProcessOptions initTimeout(@Nullable Duration limit) {
        if (limit != null && !limit.isPositive()) {
            throw new IllegalArgumentException("'initTimeout' must be positive: " + limit);
        }
        return with(draft -> draft.initTimeout = limit);
    }

    /**
     * {@return these options: the process's thread is interrupted when it is killed or dies of a
     * signal, or not} An interrupt closes the channel that the thread uses, such as a {@code
     * FileChannel}, or a socket on a virtual thread. H2 then closes its database file for all its
     * users, and Lucene its index. Without it, code that runs for the dead process finishes
     * undisturbed, as a {@link Zombie}.
     */
    public ProcessOptions interruptOnKill(boolean interrupt) {
        return with(draft -> draft.interruptOnKill = interrupt);
    }

    /**
     * {@return these options: an idle receiver of its messages may run on the process's own thread,
     * or not}
     */
    public ProcessOptions chaining(boolean chain) {
        return with(draft -> draft.chaining = chain);
    }

    /**
     * {@return these options with a runtime for a start from a thread that runs no process; null
     * for the default one}
     */
    public ProcessOptions runtime(@Nullable ProcessRuntime newRuntime) {
        return with(draft -> draft.runtime = newRuntime);
    }

    /** {@return these options with a limit for the mailbox; null for none, which is the default} */
    public ProcessOptions mailbox(@Nullable MailboxLimit limit) {
        return with(draft -> draft.mailbox = limit);
    }

    /**
     * {@return these options: what the process has not handled at its end is left to the next
     * process of its name; null, the default, drops it} The process must have a name that holds
     * messages.
     */
    public ProcessOptions retained(@Nullable MailboxRetention retention) {
        return with(draft -> draft.retention = retention);
    }

    /**
     * {@return these options with a limit of which the process takes a permit for each message;
     * null, the default, for the one that it inherits from its supervisor, if there is one} {@link
     * ConcurrencyLimit#none} takes no permit also in a subtree with a limit.
     */
    public ProcessOptions concurrency(@Nullable ConcurrencyLimit limit) {
        return with(draft -> draft.concurrency = draft.concurrency.own(limit));
    }

    /**
     * {@return these options for a process that takes no permit itself unless it has a limit of its
     * own, such as a supervisor, with a limit for all processes below it; null for the one that the
     * process inherits}
     */
    public ProcessOptions concurrencyBelow(@Nullable ConcurrencyLimit limit) {
        return with(draft -> draft.concurrency = draft.concurrency.below(limit));
    }

    /**
     * {@return these options: a request whose call is over is dropped before its handler begins, or
     * not, which is the default} A call is over when its caller's time limit has passed, the caller
     * was interrupted, or its process has ended. Such requests count as {@link DropReason#EXPIRED}.
     *
     * <p>A message that was sent is never dropped for this, nor a request that a handler or a
     * selective receive has taken already.
     */
    public ProcessOptions dropExpiredCalls(boolean drop) {
        return with(draft -> draft.calls = new CallRules(drop, draft.calls.failsCircles()));
    }

    /**
     * {@return these options: a call of the process that stands in a circle of calls fails early
     * with {@link CallException.CallCycle}, or not, which is the default} See there for the
     * condition, which is a heuristic: all processes of the circle must be started with this.
     */
    public ProcessOptions failCircularCalls(boolean fail) {
        return with(draft -> draft.calls = new CallRules(draft.calls.dropsExpired(), fail));
    }

    /** {@return the time limit of the initialiser} Empty if there is none. */
    public Optional<Duration> initTimeout() {
        return Optional.ofNullable(initTimeout);
    }

    /** {@return the runtime for a start from a thread that runs no process} */
    public Optional<ProcessRuntime> runtime() {
        return Optional.ofNullable(runtime);
    }

    /** Options in the making; its own values are the defaults. */
    private static final class Draft {
        @Nullable Name<?> name;
        @Nullable String label;
        boolean trapExits;
        boolean linked = true;
        @Nullable Duration initTimeout = DEFAULT_INIT_TIMEOUT;
        boolean interruptOnKill = true;
        boolean chaining = true;
        @Nullable ProcessRuntime runtime;
        @Nullable MailboxLimit mailbox;
        @Nullable MailboxRetention retention;
        Concurrency concurrency = Concurrency.INHERITED;
        CallRules calls = CallRules.NONE;

        Draft() {}

        Draft(ProcessOptions options) {
            name = options.name;
            label = options.label;
            trapExits = options.trapExits;
            linked = options.linked;
            initTimeout = options.initTimeout;
            interruptOnKill = options.interruptOnKill;
            chaining = options.chaining;
            runtime = options.runtime;
            mailbox = options.mailbox;
            retention = options.retention;
            concurrency = options.concurrency;
            calls = options.calls;
        }
    }
}

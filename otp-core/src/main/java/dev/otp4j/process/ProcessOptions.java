/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Optional;
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

    private static final ProcessOptions DEFAULTS =
            new ProcessOptions(
                    null, null, false, true, DEFAULT_INIT_TIMEOUT, true, true, null, null, CallRules.NONE);

    final @Nullable Name<?> name;
    final @Nullable String label;
    final boolean trapExits;
    final boolean linked;
    final @Nullable Duration initTimeout;
    final boolean interruptOnKill;
    final boolean chaining;
    final @Nullable ProcessRuntime runtime;
    final @Nullable MailboxLimit mailbox;
    final CallRules calls;

    private ProcessOptions(
            @Nullable Name<?> name,
            @Nullable String label,
            boolean trapExits,
            boolean linked,
            @Nullable Duration initTimeout,
            boolean interruptOnKill,
            boolean chaining,
            @Nullable ProcessRuntime runtime,
            @Nullable MailboxLimit mailbox,
            CallRules calls) {
        this.name = name;
        this.label = label;
        this.trapExits = trapExits;
        this.linked = linked;
        this.initTimeout = initTimeout;
        this.interruptOnKill = interruptOnKill;
        this.chaining = chaining;
        this.runtime = runtime;
        this.mailbox = mailbox;
        this.calls = calls;
    }

    /**
     * {@return no name, linked, not trapping, interrupted on kill, {@link #DEFAULT_INIT_TIMEOUT}}
     */
    public static ProcessOptions defaults() {
        return DEFAULTS;
    }

    /** {@return these options with a name, or without one if it is null} */
    public ProcessOptions named(@Nullable Name<?> newName) {
        return new ProcessOptions(
                newName,
                label,
                trapExits,
                linked,
                initTimeout,
                interruptOnKill,
                chaining,
                runtime,
                mailbox,
                calls);
    }

    /**
     * {@return these options with a label: the last part of the process's path; null takes the one
     * its supervisor gives}
     */
    public ProcessOptions labeled(@Nullable String newLabel) {
        return new ProcessOptions(
                name,
                newLabel,
                trapExits,
                linked,
                initTimeout,
                interruptOnKill,
                chaining,
                runtime,
                mailbox,
                calls);
    }

    /** {@return these options: exit signals become messages from the start, or not} */
    public ProcessOptions trapping(boolean trap) {
        return new ProcessOptions(
                name,
                label,
                trap,
                linked,
                initTimeout,
                interruptOnKill,
                chaining,
                runtime,
                mailbox,
                calls);
    }

    /**
     * {@return these options: the new process is linked to its starter, if that is a process, or
     * not}
     */
    public ProcessOptions linked(boolean link) {
        return new ProcessOptions(
                name,
                label,
                trapExits,
                link,
                initTimeout,
                interruptOnKill,
                chaining,
                runtime,
                mailbox,
                calls);
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
        return new ProcessOptions(
                name, label, trapExits, linked, limit, interruptOnKill, chaining, runtime, mailbox, calls);
    }

    /**
     * {@return these options: the process's thread is interrupted when it is killed or dies of a
     * signal, or not} An interrupt closes the channel that the thread uses, such as a {@code
     * FileChannel}, or a socket on a virtual thread. H2 then closes its database file for all its
     * users, and Lucene its index. Without it, code that runs for the dead process finishes
     * undisturbed, as a {@link Zombie}.
     */
    public ProcessOptions interruptOnKill(boolean interrupt) {
        return new ProcessOptions(
                name, label, trapExits, linked, initTimeout, interrupt, chaining, runtime, mailbox, calls);
    }

    /**
     * {@return these options: an idle receiver of its messages may run on the process's own thread,
     * or not}
     */
    public ProcessOptions chaining(boolean chain) {
        return new ProcessOptions(
                name,
                label,
                trapExits,
                linked,
                initTimeout,
                interruptOnKill,
                chain,
                runtime,
                mailbox,
                calls);
    }

    /**
     * {@return these options with a runtime for a start from a thread that runs no process; null
     * for the default one}
     */
    public ProcessOptions runtime(@Nullable ProcessRuntime newRuntime) {
        return new ProcessOptions(
                name,
                label,
                trapExits,
                linked,
                initTimeout,
                interruptOnKill,
                chaining,
                newRuntime,
                mailbox,
                calls);
    }

    /** {@return these options with a limit for the mailbox; null for none, which is the default} */
    public ProcessOptions mailbox(@Nullable MailboxLimit limit) {
        return new ProcessOptions(
                name,
                label,
                trapExits,
                linked,
                initTimeout,
                interruptOnKill,
                chaining,
                runtime,
                limit,
                calls);
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
        return with(new CallRules(drop, calls.failsCircles()));
    }

    /**
     * {@return these options: a call of the process that stands in a circle of calls fails early
     * with {@link CallException.CallCycle}, or not, which is the default} See there for the
     * condition, which is a heuristic: all processes of the circle must be started with this.
     */
    public ProcessOptions failCircularCalls(boolean fail) {
        return with(new CallRules(calls.dropsExpired(), fail));
    }

    private ProcessOptions with(CallRules rules) {
        return new ProcessOptions(
                name,
                label,
                trapExits,
                linked,
                initTimeout,
                interruptOnKill,
                chaining,
                runtime,
                mailbox,
                rules);
    }

    /** {@return the time limit of the initialiser} Empty if there is none. */
    public Optional<Duration> initTimeout() {
        return Optional.ofNullable(initTimeout);
    }

    /** {@return the runtime for a start from a thread that runs no process} */
    public Optional<ProcessRuntime> runtime() {
        return Optional.ofNullable(runtime);
    }
}

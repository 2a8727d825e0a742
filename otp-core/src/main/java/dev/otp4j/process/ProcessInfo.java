/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a process at any time, from any thread, without asking it: a stuck process
 * answers too.
 *
 * {@snippet :
 * int waiting = ProcessInfo.of(pid).mailboxSize();
 * }
 *
 * <p>The values were true at about the same moment; they are no snapshot.
 *
 * <p>Components may be added in any release: do not call the constructor, and do not match with a
 * record pattern.
 *
 * <p>Counterpart: {@code erlang:process_info/2}.
 *
 * @param pid the process
 * @param path its place in its tree, or null
 * @param name the name it holds or held, or null
 * @param state what it is doing
 * @param handling the message it handles, or null
 * @param awaits the process whose reply it waits for in a call, or null
 * @param mailboxSize how many messages are queued
 * @param trapsExits whether exit signals become messages
 * @param links the processes it is linked to
 * @param exitReason why it ended, or null while it lives
 * @param view what its {@link Behavior#view} shows, or null
 * @since 0.1.0
 */
public record ProcessInfo(
        Pid pid,
        @Nullable String path,
        @Nullable Name<?> name,
        State state,
        @Nullable Handling handling,
        @Nullable Pid awaits,
        int mailboxSize,
        boolean trapsExits,
        List<Pid> links,
        @Nullable ExitReason exitReason,
        @Nullable Object view) {

    /**
     * A message being handled.
     *
     * @param messageType what it is
     * @param busyFor since when, at least: exact for the first message of a thread, otherwise since
     *     somebody looked first, a tool or the runtime once a second
     */
    public record Handling(Class<?> messageType, Duration busyFor) {}

    /**
     * How a process stands with its {@link ConcurrencyLimit}.
     *
     * @param limit the limit
     * @param held whether the process has a permit
     * @param ahead how many processes stand before it in the queue; -1 if it does not wait
     */
    public record Permit(ConcurrencyLimit limit, boolean held, int ahead) {
        /** {@return whether it waits for a permit} */
        public boolean isAwaited() {
            return ahead >= 0;
        }
    }

    /** What a process is doing. */
    public enum State {
        /** Its initialiser runs. */
        STARTING,
        /** Nothing is queued and nothing runs; it has no thread. */
        IDLE,
        /** It runs, or is about to. */
        RUNNING,
        /** Its handler has been busy with one message for too long; see {@link StuckHandler}. */
        STUCK,
        /** It waits in a receive, or for a permit of its {@link ConcurrencyLimit}. */
        WAITING,
        /** A tool has suspended it: its messages stay queued until it is resumed. */
        SUSPENDED,
        /** It has ended. */
        EXITED
    }

    /**
     * {@return what can be read of a process now}
     *
     * @throws IllegalArgumentException if {@code pid} is not a process of this node
     */
    public static ProcessInfo of(Pid pid) {
        if (!(Arguments.notNull("pid", pid) instanceof ProcessCell cell)) {
            throw new IllegalArgumentException("not a process of this node: " + pid);
        }
        BehaviorState<?> behavior = cell.behavior;
        return new ProcessInfo(
                cell,
                cell.path(),
                (Name<?>) cell.name(),
                state(cell, behavior),
                handling(cell),
                cell.alive() ? Diagnosis.awaited(cell) : null,
                mailboxSize(cell),
                cell.trapExits,
                links(cell),
                cell.exitReason(),
                view(cell));
    }

    /**
     * {@return how many messages are queued for a process; 0 if it is dead} Neither locks nor asks
     * it.
     */
    public static int mailboxSize(Pid pid) {
        return pid instanceof ProcessCell cell && cell.alive() ? cell.depth() : 0;
    }

    /** {@return what a process is doing now} Neither locks nor asks it. */
    public static State stateOf(Pid pid) {
        return pid instanceof ProcessCell cell ? state(cell, cell.behavior) : State.EXITED;
    }

    /** {@return what the {@link Behavior#view} of a process shows} Neither locks nor asks it. */
    public static Optional<Object> viewOf(Pid pid) {
        return pid instanceof ProcessCell cell ? Optional.ofNullable(view(cell)) : Optional.empty();
    }

    private static @Nullable Object view(ProcessCell cell) {
        BehaviorState<?> behavior = cell.behavior;
        return behavior == null ? null : behavior.view();
    }

    /** {@return the class whose code a process runs} Empty for a body, and after the end. */
    public static Optional<Class<?>> moduleOf(Pid pid) {
        BehaviorState<?> behavior = pid instanceof ProcessCell cell ? cell.behavior : null;
        return behavior == null ? Optional.empty() : Optional.of(behavior.module());
    }

    /** {@return the message that a process handles now} Empty if it handles none. */
    public static Optional<Handling> handlingOf(Pid pid) {
        return pid instanceof ProcessCell cell
                ? Optional.ofNullable(handling(cell))
                : Optional.empty();
    }

    /** {@return the process whose reply a process waits for now} Empty if it waits for none. */
    public static Optional<Pid> awaitsOf(Pid pid) {
        return pid instanceof ProcessCell cell && cell.alive()
                ? Optional.ofNullable(Diagnosis.awaited(cell))
                : Optional.empty();
    }

    /**
     * {@return where the thread of a process is now; empty if it is idle} Reads the stack of a
     * thread, which takes some microseconds; does not wait for the process.
     */
    public static List<StackTraceElement> stackOf(Pid pid) {
        Runner runner = pid instanceof ProcessCell cell ? cell.runner : null;
        Thread thread = runner == null ? null : runner.thread;
        if (runner == null || thread == null || runner.cell() != pid) return List.of();
        List<StackTraceElement> stack = List.of(thread.getStackTrace());
        return runner.cell() == pid ? stack : List.of();
    }

    /**
     * {@return what becomes of the messages of a process at its end, if its mailbox is retained}
     * Read as {@link #of} reads.
     */
    public static Optional<MailboxRetention> retentionOf(Pid pid) {
        return pid instanceof ProcessCell cell
                ? Optional.ofNullable(cell.retention())
                : Optional.empty();
    }

    /** {@return how many messages of the name that gives a process its subject are parked} */
    public static int parkedOf(Pid pid) {
        if (!(pid instanceof ProcessCell cell) || cell.retention() == null) return 0;
        NameState name = cell.ownName();
        return name == null ? 0 : cell.runtime.parkedOf(name);
    }

    /** {@return the limit of a process's mailbox} Empty if it has none. */
    public static Optional<MailboxLimit> mailboxLimitOf(Pid pid) {
        return Optional.ofNullable(BoundedMailbox.of(ProcessPort.of(pid)))
                .map(BoundedMailbox::limit);
    }

    /**
     * {@return how many senders wait for room in a process's mailbox} Zero if that has no limit.
     */
    public static int waitingSendersOf(Pid pid) {
        BoundedMailbox mailbox = BoundedMailbox.of(ProcessPort.of(pid));
        return mailbox == null ? 0 : mailbox.waitingSenders();
    }

    /**
     * {@return how a process stands with its concurrency limit} Empty if it has none. Of a process
     * that has ended as long as its code runs.
     */
    public static Optional<Permit> permitOf(Pid pid) {
        PermitInbox permits = PermitInbox.of(pid);
        if (permits == null) return Optional.empty();
        return Optional.of(new Permit(permits.limit(), permits.holdsPermit(), permits.ahead()));
    }

    /**
     * {@return whether a process drops requests whose call is over} See {@link
     * ProcessOptions#dropExpiredCalls}.
     */
    public static boolean dropsExpiredCalls(Pid pid) {
        return pid instanceof ProcessCell cell && cell.dropsExpired();
    }

    /**
     * {@return whether calls of a process fail early in a circle of calls} See {@link
     * ProcessOptions#failCircularCalls}.
     */
    public static boolean failsCircularCalls(Pid pid) {
        return pid instanceof ProcessCell cell && cell.failsCircles();
    }

    /**
     * {@return for how long the oldest message of a process has been waiting, at least} See {@link
     * ProcessRuntime#oldestMessageAge}.
     */
    public static Duration oldestMessageAgeOf(Pid pid) {
        return pid instanceof ProcessCell cell
                ? ((WatchedEngine) cell.runtime).oldestMessageAge(cell)
                : Duration.ZERO;
    }

    /** {@return the name a process holds or held} */
    public static Optional<Name<?>> nameOf(Pid pid) {
        return pid instanceof ProcessCell cell
                ? Optional.ofNullable((Name<?>) cell.name())
                : Optional.empty();
    }

    /**
     * {@return what is told of the messages of a process, as {@link SystemControl#observe} set it}
     * Empty if nothing is. Does not ask the process; may be out of date for a moment.
     */
    public static Optional<SystemControl.Observer> observerOf(Pid pid) {
        BehaviorState<?> behavior = pid instanceof ProcessCell cell ? cell.behavior : null;
        return behavior == null
                ? Optional.empty()
                : Optional.ofNullable((SystemControl.Observer) behavior.observerSeen());
    }

    /**
     * {@return the processes that a process monitors} Holds the lock of that process for as long as
     * a copy takes.
     */
    public static List<Pid> monitorsOf(Pid pid) {
        return pid instanceof ProcessCell cell ? cell.monitored() : List.of();
    }

    /** {@return the place of a process in its tree} Empty if it is in none. */
    public static Optional<String> pathOf(Pid pid) {
        return pid instanceof ProcessCell cell
                ? Optional.ofNullable(cell.path())
                : Optional.empty();
    }

    /**
     * {@return the process that started a process} Empty if that is not known: a process that has
     * ended has let go of it.
     */
    public static Optional<Pid> parentOf(Pid pid) {
        return pid instanceof ProcessCell cell
                ? Optional.ofNullable(cell.parent)
                : Optional.empty();
    }

    /** Those that live: the others' links are void, and removed a moment after their end. */
    private static List<Pid> links(ProcessCell cell) {
        if (!cell.alive()) return List.of();
        return cell.linkList().stream().filter(ProcessPort::alive).map(Pid.class::cast).toList();
    }

    private static @Nullable Handling handling(ProcessCell cell) {
        Runner.Handling now = cell.alive() ? Runner.handling(cell) : null;
        return now == null ? null : new Handling(now.messageType(), now.age());
    }

    private static boolean awaitsPermit(ProcessCell cell) {
        PermitInbox permits = PermitInbox.of(cell);
        return permits != null && permits.awaitsPermit();
    }

    private static State state(ProcessCell cell, @Nullable BehaviorState<?> behavior) {
        if (!cell.alive()) return State.EXITED;
        if (behavior != null && !behavior.hasStarted()) return State.STARTING;
        if (((WatchedEngine) cell.runtime).isStuck(cell)) return State.STUCK;
        if (behavior != null && behavior.isSuspended()) return State.SUSPENDED;
        if (awaitsPermit(cell)) return State.WAITING;
        if (cell.mailbox.isIdle()) return State.IDLE;
        return cell.mailbox.isWaiting() ? State.WAITING : State.RUNNING;
    }
}

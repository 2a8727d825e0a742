/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.observer.Crash;
import dev.otp4j.observer.CrashGroup;
import dev.otp4j.observer.Dropped;
import dev.otp4j.observer.Event;
import dev.otp4j.observer.Start;
import dev.otp4j.process.CallCircle;
import dev.otp4j.process.ParkedMessage;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.StuckHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/** What the views of the endpoint return. Immutable; a component that does not apply is null. */
public final class Views {
    private Views() {}

    /**
     * The view {@code events}.
     *
     * @param system the whole system in brief
     * @param incarnation changes when the application starts again: sequence numbers begin anew
     * @param lastSequence number of the last event; pass it as {@code since} to read on
     * @param forgotten number of older entries that are not kept any more
     * @param events the entries, oldest first
     */
    public record Events(
            SystemSummary system,
            String incarnation,
            long lastSequence,
            long forgotten,
            List<EventDescriptor> events)
            implements OperationResponseBody {}

    /**
     * One event, or several equal ones soon after each other.
     *
     * @param sequence number of the event, growing
     * @param at when it happened, or the first of equal ones
     * @param lastAt when the last of equal ones happened
     * @param count number of equal events
     * @param kind such as {@code crashed}, {@code restarted}, {@code stuck}
     * @param path path of the process, or null for the whole system
     * @param definition what the process is an instance of
     * @param text one line for people
     */
    public record EventDescriptor(
            long sequence,
            Instant at,
            Instant lastAt,
            int count,
            String kind,
            @Nullable String path,
            @Nullable String definition,
            String text)
            implements OperationResponseBody {
        static EventDescriptor of(Event event) {
            return new EventDescriptor(
                    event.sequence(),
                    event.at(),
                    event.lastAt(),
                    event.count(),
                    Texts.lowerCase(event.kind()),
                    event.path(),
                    event.definition(),
                    event.text());
        }
    }

    /**
     * The view {@code crashes}.
     *
     * @param system the whole system in brief
     * @param groups crashes by definition, exception and type of message; the newest first
     */
    public record Crashes(SystemSummary system, List<CrashGroupDescriptor> groups)
            implements OperationResponseBody {}

    /**
     * Crashes of one definition with the same exception on the same type of message.
     *
     * @param definition what the processes are instances of
     * @param type class of the exception, or kind of the exit reason
     * @param messageType class of the message, or null if none was handled
     * @param count number of crashes
     * @param first time of the first one
     * @param last the last one
     */
    public record CrashGroupDescriptor(
            String definition,
            String type,
            @Nullable String messageType,
            long count,
            Instant first,
            CrashDescriptor last)
            implements OperationResponseBody {
        static CrashGroupDescriptor of(CrashGroup group, ShownValues values) {
            return new CrashGroupDescriptor(
                    group.definition(),
                    group.type(),
                    group.messageType(),
                    group.count(),
                    group.first(),
                    CrashDescriptor.of(group.last(), values));
        }
    }

    /**
     * One crash.
     *
     * @param at when
     * @param path path of the process
     * @param generation how many-th life of that child it was
     * @param causes classes of the exception and its causes, the outermost first
     * @param texts texts of these; null unless values are shown
     * @param messageType class of the message
     * @param messageSize characters of a string, elements of an array, else null
     * @param message the message as the runtime's redaction shows it; null unless values are shown
     * @param frame first frame of the application in the exception's stack
     * @param queued number of messages that were queued
     * @param decision what the supervisor did
     * @param ranAgainAfter time until its successor was initialised
     */
    public record CrashDescriptor(
            Instant at,
            String path,
            @Nullable Integer generation,
            List<String> causes,
            @Nullable List<String> texts,
            @Nullable String messageType,
            @Nullable Integer messageSize,
            @Nullable String message,
            @Nullable String frame,
            int queued,
            @Nullable String decision,
            @Nullable Duration ranAgainAfter)
            implements OperationResponseBody {
        static CrashDescriptor of(Crash crash, ShownValues values) {
            StackTraceElement frame = crash.frame();
            return new CrashDescriptor(
                    crash.at(),
                    crash.path(),
                    crash.generation(),
                    crash.causes(),
                    values.texts(ShownValues.CRASH_TEXT, crash.texts()),
                    crash.messageType(),
                    crash.messageSize(),
                    values.text(ShownValues.CRASH_MESSAGE, crash.message()),
                    frame == null ? null : frame.toString(),
                    crash.queued(),
                    crash.decision(),
                    crash.ranAgainAfter());
        }
    }

    /**
     * The view {@code calls}.
     *
     * @param system the whole system in brief
     * @param failed calls that failed, by callee and outcome; the most first
     */
    public record Calls(SystemSummary system, List<FailedCallsDescriptor> failed)
            implements OperationResponseBody {}

    /**
     * Calls of one callee that failed in the same way.
     *
     * @param callee definition or name of the callee
     * @param outcome such as {@code timed-out}
     * @param count number of calls
     * @param first time of the first one
     * @param last time of the last one
     * @param requestType class of the last request
     * @param caller path of the last caller, or null for a thread that runs no process
     * @param explanation what the callee did instead of replying; if it ended, why is left out
     *     unless values are shown
     */
    public record FailedCallsDescriptor(
            String callee,
            String outcome,
            long count,
            Instant first,
            Instant last,
            String requestType,
            @Nullable String caller,
            String explanation)
            implements OperationResponseBody {}

    /**
     * The view {@code dropped}.
     *
     * @param system the whole system in brief
     * @param total number of messages that reached no handler since the application started
     * @param dropped these by reason, receiver and type; the most first
     */
    public record DroppedMessages(SystemSummary system, long total, List<DroppedDescriptor> dropped)
            implements OperationResponseBody {}

    /**
     * Messages of one type that reached no handler of one receiver for one reason.
     *
     * @param reason why
     * @param receiver definition or name of the receiver
     * @param type class of the messages
     * @param count number of messages
     * @param first time of the first one
     * @param last time of the last one
     */
    public record DroppedDescriptor(
            String reason, String receiver, String type, long count, Instant first, Instant last)
            implements OperationResponseBody {
        static DroppedDescriptor of(Dropped dropped) {
            return new DroppedDescriptor(
                    Texts.lowerCase(dropped.reason()),
                    dropped.receiver(),
                    dropped.type(),
                    dropped.count(),
                    dropped.first(),
                    dropped.last());
        }
    }

    /**
     * The view {@code parked}.
     *
     * @param system the whole system in brief
     * @param count number of parked messages
     * @param messages these, the oldest first
     */
    public record ParkedMessages(SystemSummary system, int count, List<ParkedDescriptor> messages)
            implements OperationResponseBody {}

    /**
     * A message that is handled no more, because no attempt at it has succeeded. Without its
     * content.
     *
     * @param number its number among those that were parked since the application started
     * @param at when it was parked
     * @param path path of the process that had it in hand last
     * @param name the name that it was sent to
     * @param type class of the message
     * @param cause class of the exception, or the exit reason, of the last attempt
     * @param attempts how often it was handled
     */
    public record ParkedDescriptor(
            long number,
            Instant at,
            @Nullable String path,
            String name,
            String type,
            String cause,
            int attempts)
            implements OperationResponseBody {
        static ParkedDescriptor of(ParkedMessage parked) {
            return new ParkedDescriptor(
                    parked.number(),
                    parked.at(),
                    parked.path(),
                    parked.name(),
                    parked.type(),
                    parked.cause(),
                    parked.attempts());
        }
    }

    /**
     * The view {@code stuck}.
     *
     * @param system the whole system in brief
     * @param count number of handlers that have been busy for too long
     * @param handlers the ones that have been busy the longest
     */
    public record Stuck(SystemSummary system, int count, List<StuckDescriptor> handlers)
            implements OperationResponseBody {}

    /**
     * A handler that has been busy with one message for too long.
     *
     * @param path path of the process
     * @param messageType class of the message
     * @param busyFor for how long, at least
     * @param awaits path of the process whose reply it waits for
     * @param application first frames of the stack that belong to the application, 5 at most
     * @param thread name of its thread
     * @param stack where the thread was when the handler was found, frames of the JDK included
     */
    public record StuckDescriptor(
            String path,
            String messageType,
            Duration busyFor,
            @Nullable String awaits,
            List<String> application,
            String thread,
            List<String> stack)
            implements OperationResponseBody {
        static StuckDescriptor of(StuckHandler stuck) {
            Pid awaits = stuck.awaits();
            return new StuckDescriptor(
                    Views.path(stuck.pid()),
                    stuck.messageType(),
                    stuck.age(),
                    awaits == null ? null : Views.path(awaits),
                    lines(stuck.applicationFrames()),
                    stuck.thread(),
                    lines(stuck.stack()));
        }

        private static List<String> lines(List<StackTraceElement> frames) {
            return frames.stream().map(StackTraceElement::toString).toList();
        }
    }

    /**
     * The view {@code waits}.
     *
     * @param system the whole system in brief
     * @param count number of processes that wait for a reply now
     * @param waits these, the first ones in the order of the tree
     * @param circleCount number of circles of such processes
     * @param circles these, each in the order of the calls
     */
    public record Waits(
            SystemSummary system,
            int count,
            List<WaitDescriptor> waits,
            int circleCount,
            List<List<String>> circles)
            implements OperationResponseBody {
        static List<String> circle(CallCircle circle) {
            return circle.processes().stream().map(Views::path).toList();
        }
    }

    /**
     * A process that waits for a reply.
     *
     * @param path path of the process
     * @param awaits path of the process whose reply it waits for
     * @param messageType class of the message that it handles meanwhile
     * @param busyFor for how long it has been handling that, at least
     */
    public record WaitDescriptor(
            String path, String awaits, @Nullable String messageType, @Nullable Duration busyFor)
            implements OperationResponseBody {}

    /**
     * The view {@code starts}.
     *
     * @param system the whole system in brief
     * @param count number of starts in the present life of the system
     * @param starts those that are kept, in order; if that are more than the limit, the first half
     *     and the last half, and a gap in {@code order} shows where some are left out
     */
    public record Starts(SystemSummary system, long count, List<StartDescriptor> starts)
            implements OperationResponseBody {}

    /**
     * A start of a child.
     *
     * @param order its place among the starts
     * @param at when it was initialised
     * @param path path of the child
     * @param took how long its initialiser took; of a supervisor with its children
     * @param restart true if it was started again
     */
    public record StartDescriptor(
            long order, Instant at, String path, Duration took, boolean restart)
            implements OperationResponseBody {
        static StartDescriptor of(Start start) {
            return new StartDescriptor(
                    start.order(), start.at(), start.path(), start.took(), start.restart());
        }
    }

    /**
     * The view {@code budgets}.
     *
     * @param system the whole system in brief
     * @param supervisors all supervisors; the one that is nearest to giving up first
     */
    public record Budgets(SystemSummary system, List<BudgetDescriptor> supervisors)
            implements OperationResponseBody {}

    /**
     * The restart tolerance of a supervisor.
     *
     * @param path path of the supervisor
     * @param intensity number of restarts that are tolerated within the period
     * @param period the period
     * @param used number of restarts within the last period
     * @param share used of intensity: at 1.0 one restart more makes it give up
     */
    public record BudgetDescriptor(
            String path, int intensity, Duration period, int used, double share)
            implements OperationResponseBody {}

    /**
     * The view {@code actors}.
     *
     * @param system the whole system in brief
     * @param total number of processes in the tree
     * @param matching number of those that the filter lets through
     * @param actors the first ones in the order that was asked for
     */
    public record Actors(
            SystemSummary system, int total, int matching, List<ActorDescriptor> actors)
            implements OperationResponseBody {}

    /**
     * A process of the tree.
     *
     * @param path path of the process
     * @param definition what it is an instance of
     * @param kind {@code actor}, {@code supervisor} or {@code factory-supervisor}
     * @param state such as {@code running} or {@code stuck}
     * @param mailbox number of queued messages
     * @param oldest for how long the oldest of them has been waiting, at least
     * @param held number of messages that its name holds
     * @param restarts how often it was started again
     * @param handling class of the message that it handles now
     * @param busyFor for how long it has been handling that, at least
     * @param pendingRestart when it is started again, if it waits for that
     */
    public record ActorDescriptor(
            String path,
            String definition,
            String kind,
            String state,
            int mailbox,
            @Nullable Duration oldest,
            int held,
            int restarts,
            @Nullable String handling,
            @Nullable Duration busyFor,
            NodeDescriptor.@Nullable PendingRestartDescriptor pendingRestart)
            implements OperationResponseBody {}

    static String path(Pid process) {
        return ProcessInfo.pathOf(process).orElseGet(process::toString);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.actuate.endpoint.Views.BudgetDescriptor;
import dev.otp4j.actuate.endpoint.Views.WaitDescriptor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeVisit;
import dev.otp4j.observer.CallFailures;
import dev.otp4j.observer.Event;
import dev.otp4j.observer.EventLog;
import dev.otp4j.observer.Observer;
import dev.otp4j.observer.Start;
import dev.otp4j.process.CallCircle;
import dev.otp4j.process.ParkedMessage;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.StuckHandler;
import dev.otp4j.supervisor.Tolerance;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** Makes the views of the endpoint, except for the tree. Sends no message to any process. */
final class ViewReader {
    /** Exit reasons with a detail, which may be a text of the application. */
    private static final Pattern REASON =
            Pattern.compile("\\b(abnormal|shutdown)\\(.*\\)", Pattern.DOTALL);

    private final OtpSystem system;
    private final Observer observer;
    private final SystemSummary summary;

    ViewReader(OtpSystem system, Observer observer, SystemSummary summary) {
        this.system = system;
        this.observer = observer;
        this.summary = summary;
    }

    Views.Actors actors(ActorList.Wanted wanted) {
        return ActorList.of(system, summary, wanted);
    }

    Views.Events events(@Nullable String since, int limit) {
        EventLog log = observer.events();
        List<Event> events = since(log, since, limit);
        return new Views.Events(
                summary,
                summary.incarnation(),
                log.lastSequence(),
                log.forgotten(),
                events.stream().map(Views.EventDescriptor::of).toList());
    }

    /** {@code since} is a sequence number or a time, such as {@code 2026-11-27T10:00:00Z}. */
    private static List<Event> since(EventLog log, @Nullable String since, int limit) {
        if (since == null || since.isEmpty()) return log.after(0, limit);
        if (since.chars().allMatch(Character::isDigit) && since.length() < 19) {
            return log.after(Long.parseLong(since), limit);
        }
        try {
            return log.since(Instant.parse(since), limit);
        } catch (DateTimeParseException e) {
            String text =
                    "'since' must be a sequence number or a time such as 2026-11-27T10:00:00Z: "
                            + since;
            throw new InvalidEndpointRequestException(text, text);
        }
    }

    Views.Crashes crashes(int limit, ShownValues values) {
        return new Views.Crashes(
                summary,
                observer.crashes().groups().stream()
                        .limit(limit)
                        .map(group -> Views.CrashGroupDescriptor.of(group, values))
                        .toList());
    }

    Views.Calls calls(int limit, ShownValues values) {
        return new Views.Calls(
                summary,
                observer.failedCalls().stream()
                        .limit(limit)
                        .map(
                                call ->
                                        new Views.FailedCallsDescriptor(
                                                call.callee(),
                                                call.outcome(),
                                                call.count(),
                                                call.first(),
                                                call.last(),
                                                call.lastRequestType(),
                                                call.lastCaller(),
                                                explanation(call, values)))
                        .toList());
    }

    /**
     * Why a callee ended may be a text of the application. An explanation has it also if a name has
     * no process because its last one ended for good, or the tree has given up.
     */
    private static String explanation(CallFailures call, ShownValues values) {
        boolean ended = call.outcome().equals("callee-down");
        Matcher reason = REASON.matcher(call.explanation());
        if (!ended && !reason.find()) return call.explanation();
        String shown = values.text(ShownValues.CALL_TEXT, call.explanation());
        if (shown != null) return shown;
        return ended ? call.callee() + " ended before it replied" : reason.replaceFirst("$1(...)");
    }

    Views.DroppedMessages dropped(int limit) {
        return new Views.DroppedMessages(
                summary,
                system.deadLetters(),
                observer.dropped().stream().limit(limit).map(Views.DroppedDescriptor::of).toList());
    }

    Views.ParkedMessages parked(int limit) {
        List<ParkedMessage> all = system.runtime().parkedMessages();
        return new Views.ParkedMessages(
                summary,
                all.size(),
                all.stream().limit(limit).map(Views.ParkedDescriptor::of).toList());
    }

    Views.Stuck stuck(int limit) {
        List<StuckHandler> all = system.runtime().stuckHandlers();
        return new Views.Stuck(
                summary,
                all.size(),
                all.stream().limit(limit).map(Views.StuckDescriptor::of).toList());
    }

    Views.Waits waits(int limit) {
        var waits = new ArrayList<WaitDescriptor>();
        var count = new AtomicInteger();
        system.visit(
                visit -> {
                    Pid pid = visit.pid().orElse(null);
                    Pid awaits = pid == null ? null : awaits(pid);
                    if (pid == null || awaits == null) return;
                    if (count.incrementAndGet() <= limit) addWait(waits, pid, awaits);
                });
        List<CallCircle> circles = system.runtime().callCircles();
        return new Views.Waits(
                summary,
                count.get(),
                List.copyOf(waits),
                circles.size(),
                circles.stream().limit(limit).map(Views.Waits::circle).toList());
    }

    private static @Nullable Pid awaits(Pid pid) {
        boolean idle = ProcessInfo.stateOf(pid) == ProcessInfo.State.IDLE;
        return idle ? null : ProcessInfo.awaitsOf(pid).orElse(null);
    }

    private static void addWait(List<WaitDescriptor> waits, Pid pid, Pid awaits) {
        ProcessInfo.Handling handling = ProcessInfo.handlingOf(pid).orElse(null);
        waits.add(
                new WaitDescriptor(
                        Views.path(pid),
                        Views.path(awaits),
                        handling == null ? null : handling.messageType().getName(),
                        handling == null ? null : handling.busyFor()));
    }

    Views.Starts starts(int limit) {
        List<Start> all = observer.starts().all();
        Stream<Start> shown =
                all.size() <= limit
                        ? all.stream()
                        : Stream.concat(
                                all.stream().limit(limit - limit / 2),
                                all.stream().skip(all.size() - limit / 2));
        return new Views.Starts(
                summary, observer.starts().count(), shown.map(Views.StartDescriptor::of).toList());
    }

    RuntimeDescriptor runtime(int limit) {
        return RuntimeDescriptor.of(system, summary, limit);
    }

    Views.Budgets budgets(int limit) {
        var all = new ArrayList<BudgetDescriptor>();
        system.visit(visit -> addBudget(all, visit));
        all.sort(Comparator.comparingDouble(BudgetDescriptor::share).reversed());
        return new Views.Budgets(summary, all.stream().limit(limit).toList());
    }

    private static void addBudget(List<BudgetDescriptor> all, TreeVisit visit) {
        if (visit.kind() == TreeNode.Kind.ACTOR) return;
        visit.supervisor()
                .ifPresent(
                        supervisor -> {
                            Tolerance tolerance = supervisor.tolerance();
                            int used = supervisor.toleranceUsed();
                            all.add(
                                    new BudgetDescriptor(
                                            visit.path(),
                                            tolerance.intensity(),
                                            tolerance.period(),
                                            used,
                                            share(used, tolerance.intensity())));
                        });
    }

    private static double share(int used, int intensity) {
        if (intensity == 0) return used == 0 ? 0 : 1;
        return Math.round(100.0 * used / intensity) / 100.0;
    }
}

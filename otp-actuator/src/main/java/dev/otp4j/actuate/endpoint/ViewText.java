/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The views as text for a terminal or a ticket: the same entries in the same order as in JSON, but
 * class names of messages without their package, and of a stack only the application's frames.
 */
final class ViewText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final int FRAMES = 5;
    private static final String NONE = "-";

    private ViewText() {}

    /**
     * {@return a view as text}
     *
     * @throws IllegalArgumentException if {@code view} is not one of {@link Views}
     */
    static String of(OperationResponseBody view) {
        return switch (view) {
            case Views.Actors actors -> actors(actors);
            case Views.Events events -> events(events);
            case Views.Crashes crashes -> crashes(crashes);
            case Views.Calls calls -> calls(calls);
            case Views.DroppedMessages dropped -> dropped(dropped);
            case Views.ParkedMessages parked -> parked(parked);
            case Views.Stuck stuck -> stuck(stuck);
            case Views.Waits waits -> waits(waits);
            case Views.Starts starts -> starts(starts);
            case Views.Budgets budgets -> budgets(budgets);
            case RuntimeDescriptor runtime -> RuntimeText.of(runtime);
            default -> throw new IllegalArgumentException("not a view: " + view);
        };
    }

    private static String actors(Views.Actors view) {
        var table =
                new TextTable(
                        List.of(
                                "MAILBOX",
                                "OLDEST",
                                "HELD",
                                "RESTARTS",
                                "BUSY",
                                "STATE",
                                "PATH",
                                "HANDLING"),
                        Set.of("MAILBOX", "OLDEST", "HELD", "RESTARTS", "BUSY"));
        for (Views.ActorDescriptor actor : view.actors()) {
            table.row(
                    String.valueOf(actor.mailbox()),
                    duration(actor.oldest()),
                    String.valueOf(actor.held()),
                    String.valueOf(actor.restarts()),
                    duration(actor.busyFor()),
                    actor.state(),
                    actor.path(),
                    simple(actor.handling()));
        }
        return "%d of %d processes, %d shown\n%s"
                .formatted(view.matching(), view.total(), view.actors().size(), table.text());
    }

    private static String events(Views.Events view) {
        var table =
                new TextTable(
                        List.of("NUMBER", "TIME", "COUNT", "KIND", "PATH", "TEXT"),
                        Set.of("NUMBER", "COUNT"));
        for (Views.EventDescriptor event : view.events()) {
            table.row(
                    String.valueOf(event.sequence()),
                    time(event.lastAt()),
                    String.valueOf(event.count()),
                    event.kind(),
                    event.path() == null ? NONE : event.path(),
                    event.text());
        }
        return "incarnation %s, last event %d, %d forgotten, %d shown\n%s"
                .formatted(
                        view.incarnation(),
                        view.lastSequence(),
                        view.forgotten(),
                        view.events().size(),
                        table.text());
    }

    private static String crashes(Views.Crashes view) {
        if (view.groups().isEmpty()) return "no crashes\n";
        return view.groups().stream().map(ViewText::crash).collect(Collectors.joining("\n"));
    }

    private static String crash(Views.CrashGroupDescriptor group) {
        Views.CrashDescriptor last = group.last();
        var text = new StringBuilder();
        text.append(group.definition()).append("  ").append(group.count()).append(" x ");
        text.append(group.type()).append(" on ").append(simple(group.messageType())).append('\n');
        text.append("  first ").append(time(group.first()));
        text.append("  last ").append(time(last.at())).append(" at ").append(last.path());
        text.append("  queued ").append(last.queued()).append('\n');
        for (int i = 0; i < last.causes().size(); i++) {
            String shown = last.texts() == null ? "" : ": " + last.texts().get(i);
            if (i == 0 && shown.isEmpty()) continue;
            text.append(i == 0 ? "  thrown " : "  caused by ").append(last.causes().get(i));
            text.append(shown).append('\n');
        }
        if (last.message() != null) text.append("  message ").append(last.message()).append('\n');
        if (last.frame() != null) text.append("  at ").append(last.frame()).append('\n');
        text.append("  ").append(last.decision() == null ? "no decision" : last.decision());
        if (last.ranAgainAfter() != null) {
            text.append("; ran again after ").append(duration(last.ranAgainAfter()));
        }
        return text.append('\n').toString();
    }

    private static String calls(Views.Calls view) {
        if (view.failed().isEmpty()) return "no failed calls\n";
        return view.failed().stream().map(ViewText::call).collect(Collectors.joining("\n"));
    }

    private static String call(Views.FailedCallsDescriptor call) {
        return "%s  %d x %s  first %s  last %s\n  last from %s with %s\n  %s\n"
                .formatted(
                        call.callee(),
                        call.count(),
                        call.outcome(),
                        time(call.first()),
                        time(call.last()),
                        call.caller() == null ? "a thread outside of processes" : call.caller(),
                        simple(call.requestType()),
                        call.explanation());
    }

    private static String dropped(Views.DroppedMessages view) {
        var table =
                new TextTable(
                        List.of("COUNT", "REASON", "RECEIVER", "TYPE", "FIRST", "LAST"),
                        Set.of("COUNT"));
        for (Views.DroppedDescriptor dropped : view.dropped()) {
            table.row(
                    String.valueOf(dropped.count()),
                    dropped.reason(),
                    dropped.receiver(),
                    simple(dropped.type()),
                    time(dropped.first()),
                    time(dropped.last()));
        }
        return "%d dropped since the start\n%s".formatted(view.total(), table.text());
    }

    private static String parked(Views.ParkedMessages view) {
        var table =
                new TextTable(
                        List.of("NUMBER", "TIME", "ATTEMPTS", "PATH", "TYPE", "CAUSE"),
                        Set.of("NUMBER", "ATTEMPTS"));
        for (Views.ParkedDescriptor parked : view.messages()) {
            table.row(
                    String.valueOf(parked.number()),
                    time(parked.at()),
                    String.valueOf(parked.attempts()),
                    parked.path() == null ? parked.name() : parked.path(),
                    simple(parked.type()),
                    simple(parked.cause()));
        }
        return "%d parked, %d shown\n%s"
                .formatted(view.count(), view.messages().size(), table.text());
    }

    private static String stuck(Views.Stuck view) {
        var text = new StringBuilder();
        text.append(view.count()).append(view.count() == 1 ? " handler is" : " handlers are");
        text.append(" stuck, ").append(view.handlers().size()).append(" shown\n");
        for (Views.StuckDescriptor stuck : view.handlers()) {
            text.append('\n').append(stuck.path()).append("  for ");
            text.append(duration(stuck.busyFor())).append(" with ");
            text.append(simple(stuck.messageType()));
            if (stuck.awaits() != null) text.append("  waits for ").append(stuck.awaits());
            text.append('\n');
            for (String frame : frames(stuck)) text.append("  at ").append(frame).append('\n');
        }
        return text.toString();
    }

    /** If the application has no frame, the thread is in code of a library: then that is shown. */
    private static List<String> frames(Views.StuckDescriptor stuck) {
        if (!stuck.application().isEmpty()) return stuck.application();
        return stuck.stack().stream().limit(FRAMES).toList();
    }

    private static String waits(Views.Waits view) {
        var table = new TextTable(List.of("PROCESS", "WAITS FOR", "BUSY", "HANDLING"), Set.of());
        for (Views.WaitDescriptor wait : view.waits()) {
            table.row(
                    wait.path(),
                    wait.awaits(),
                    duration(wait.busyFor()),
                    simple(wait.messageType()));
        }
        var text = new StringBuilder();
        text.append(view.count()).append(" waiting, ");
        text.append(view.circleCount()).append(view.circleCount() == 1 ? " circle" : " circles");
        text.append('\n').append(table.text());
        for (List<String> circle : view.circles()) {
            text.append("circle: ").append(String.join(" -> ", circle));
            text.append(" -> ").append(circle.getFirst()).append('\n');
        }
        return text.toString();
    }

    private static String starts(Views.Starts view) {
        var table =
                new TextTable(
                        List.of("ORDER", "TIME", "TOOK", "PATH", "WHY"), Set.of("ORDER", "TOOK"));
        for (Views.StartDescriptor start : view.starts()) {
            table.row(
                    String.valueOf(start.order()),
                    time(start.at()),
                    duration(start.took()),
                    start.path(),
                    start.restart() ? "restart" : "start");
        }
        return "%d starts, %d shown\n%s"
                .formatted(view.count(), view.starts().size(), table.text());
    }

    private static String budgets(Views.Budgets view) {
        if (view.supervisors().isEmpty()) return "no supervisors\n";
        var table =
                new TextTable(
                        List.of("SHARE", "USED", "OF", "IN", "SUPERVISOR"),
                        Set.of("SHARE", "USED", "OF", "IN"));
        for (Views.BudgetDescriptor budget : view.supervisors()) {
            table.row(
                    "%d %%".formatted(Math.round(budget.share() * 100)),
                    String.valueOf(budget.used()),
                    String.valueOf(budget.intensity()),
                    duration(budget.period()),
                    budget.path());
        }
        return table.text();
    }

    private static String time(Instant time) {
        return TIME.format(time);
    }

    /** {@code com.example.shop.Stock$Add} as {@code Stock$Add}. */
    private static String simple(@Nullable String className) {
        return className == null ? NONE : className.substring(className.lastIndexOf('.') + 1);
    }

    /** Two units at most, and no zero at the end: {@code 12ms}, {@code 3.4s}, {@code 2m 5s}. */
    static String duration(@Nullable Duration duration) {
        if (duration == null) return NONE;
        if (duration.toSeconds() < 1) return duration.toMillis() + "ms";
        if (duration.toMinutes() < 1) {
            int tenths = duration.toMillisPart() / 100;
            return duration.toSeconds() + (tenths == 0 ? "" : "." + tenths) + "s";
        }
        if (duration.toHours() < 1) {
            return units(duration.toMinutes(), "m", duration.toSecondsPart(), "s");
        }
        return units(duration.toHours(), "h", duration.toMinutesPart(), "m");
    }

    private static String units(long great, String greatUnit, int small, String smallUnit) {
        return great + greatUnit + (small == 0 ? "" : " " + small + smallUnit);
    }
}

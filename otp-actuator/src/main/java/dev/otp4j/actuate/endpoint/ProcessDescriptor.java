/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.TreeNode;
import dev.otp4j.observer.Observer;
import dev.otp4j.observer.Start;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.sys.Sys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What a node's process is doing now, and what befell it. Shown for the node that was asked for,
 * not for those below it.
 *
 * @param pid its process, or null if there is none now
 * @param module class whose code it runs
 * @param declaredBy class that declares it: that of the annotated bean, else, of an actor, {@code
 *     module}
 * @param registeredAs name that it holds
 * @param handling class of the message that it handles
 * @param busyFor for how long it has been handling that, at least
 * @param oldest for how long the oldest queued message has been waiting, at least
 * @param mailboxLimit limit of its mailbox as an annotation would say it, such as {@code 1000
 *     reject}; null if it has none
 * @param waitingSenders number of senders that wait for room in its mailbox; null if it has no
 *     limit
 * @param concurrencyLimit name of its concurrency limit; null if it has none
 * @param permit {@code held} if it has a permit of that, {@code awaited} if it waits for one, else
 *     null
 * @param permitAhead number of processes before it in the queue for a permit; null if it does not
 *     wait
 * @param dropsExpiredCalls true if it drops requests whose call is over, else null
 * @param failsCircularCalls true if its calls fail early in a circle of calls, else null
 * @param retained what becomes of its messages at its end as an annotation would say it, such as
 *     {@code retry 3}; null if its mailbox is not retained
 * @param parked number of its parked messages; null if its mailbox is not retained
 * @param awaits path of the process whose reply it waits for, or room in its mailbox
 * @param stack stack of its thread while it runs
 * @param links paths of the processes that an actor is linked to; 100 at most
 * @param monitors paths of the processes that an actor monitors; 100 at most
 * @param recorded types of the last messages, if a recorder was started; the oldest first
 * @param crashes last crashes of its definition at this path, the newest first
 * @param starts last starts at this path
 * @param handled number of messages that the actors of its definition have handled, if handlers are
 *     timed, else null; an estimate if not all of them are timed
 * @param actions the operations that apply to it now; empty unless access allows them
 * @since 0.1.0
 */
public record ProcessDescriptor(
        @Nullable String pid,
        @Nullable String module,
        @Nullable String declaredBy,
        @Nullable String registeredAs,
        @Nullable String handling,
        @Nullable Duration busyFor,
        @Nullable Duration oldest,
        @Nullable String mailboxLimit,
        @Nullable Integer waitingSenders,
        @Nullable String concurrencyLimit,
        @Nullable String permit,
        @Nullable Integer permitAhead,
        @Nullable Boolean dropsExpiredCalls,
        @Nullable Boolean failsCircularCalls,
        @Nullable String retained,
        @Nullable Integer parked,
        @Nullable String awaits,
        List<String> stack,
        List<String> links,
        List<String> monitors,
        @Nullable List<RecordedDescriptor> recorded,
        List<Views.CrashDescriptor> crashes,
        List<Views.StartDescriptor> starts,
        @Nullable Long handled,
        List<String> actions)
        implements OperationResponseBody {
    private static final int SHOWN = 100;

    /**
     * A message that the recorder saw. It records no content.
     *
     * @param at when the process took the message
     * @param type class of the message
     */
    public record RecordedDescriptor(Instant at, String type) implements OperationResponseBody {}

    static ProcessDescriptor of(
            TreeNode node,
            Observer observer,
            ShownValues values,
            @Nullable Long handled,
            List<String> actions) {
        Pid pid = node.pid();
        Optional<Pid> now = Optional.ofNullable(pid);
        ProcessInfo.Handling handling = now.flatMap(ProcessInfo::handlingOf).orElse(null);
        Pid awaits = now.flatMap(ProcessInfo::awaitsOf).orElse(null);
        Duration oldest = pid == null ? Duration.ZERO : ProcessInfo.oldestMessageAgeOf(pid);
        Optional<MailboxLimit> limit = now.flatMap(ProcessInfo::mailboxLimitOf);
        Optional<ProcessInfo.Permit> permit = now.flatMap(ProcessInfo::permitOf);
        Optional<MailboxRetention> retention = now.flatMap(ProcessInfo::retentionOf);
        Class<?> module = now.flatMap(ProcessInfo::moduleOf).orElse(null);
        Class<?> declaring = node.declaredBy();
        if (declaring == null && node.kind() == TreeNode.Kind.ACTOR) declaring = module;
        return new ProcessDescriptor(
                pid == null ? null : "<0." + pid.serial() + ">",
                name(module),
                name(declaring),
                now.flatMap(ProcessInfo::nameOf).map(Object::toString).orElse(null),
                handling == null ? null : handling.messageType().getName(),
                handling == null ? null : handling.busyFor(),
                oldest.isZero() ? null : oldest,
                limit.map(ProcessDescriptor::text).orElse(null),
                pid == null || limit.isEmpty() ? null : ProcessInfo.waitingSendersOf(pid),
                permit.map(one -> one.limit().name()).orElse(null),
                permit.map(ProcessDescriptor::text).orElse(null),
                permit.filter(ProcessInfo.Permit::isAwaited)
                        .map(ProcessInfo.Permit::ahead)
                        .orElse(null),
                now.filter(ProcessInfo::dropsExpiredCalls).map(pids -> true).orElse(null),
                now.filter(ProcessInfo::failsCircularCalls).map(pids -> true).orElse(null),
                retention.map(MailboxRetention::toString).orElse(null),
                pid == null || retention.isEmpty() ? null : ProcessInfo.parkedOf(pid),
                awaits == null ? null : Views.path(awaits),
                pid == null ? List.of() : stack(pid),
                links(node),
                monitors(node),
                pid == null ? null : recorded(pid),
                observer.crashes().at(node.path()).stream()
                        .map(crash -> Views.CrashDescriptor.of(crash, values))
                        .toList(),
                starts(node.path(), observer),
                handled,
                actions);
    }

    private static String text(MailboxLimit limit) {
        String full = Texts.lowerCase(limit.whenFull());
        return limit.whenFull() == MailboxLimit.WhenFull.BLOCK
                ? "%d %s %s".formatted(limit.capacity(), full, limit.longestWait())
                : "%d %s".formatted(limit.capacity(), full);
    }

    private static @Nullable String text(ProcessInfo.Permit permit) {
        if (permit.isAwaited()) return "awaited";
        return permit.held() ? "held" : null;
    }

    private static @Nullable String name(@Nullable Class<?> type) {
        return type == null ? null : type.getName();
    }

    /** A supervisor is linked to its children, which stand below it. */
    private static List<String> links(TreeNode node) {
        Pid pid = node.pid();
        if (pid == null || node.kind() != TreeNode.Kind.ACTOR) return List.of();
        return ProcessInfo.of(pid).links().stream().limit(SHOWN).map(Views::path).toList();
    }

    /** A supervisor monitors what it stops, for that moment. */
    private static List<String> monitors(TreeNode node) {
        Pid pid = node.pid();
        if (pid == null || node.kind() != TreeNode.Kind.ACTOR) return List.of();
        return ProcessInfo.monitorsOf(pid).stream().limit(SHOWN).map(Views::path).toList();
    }

    private static @Nullable List<RecordedDescriptor> recorded(Pid pid) {
        return Sys.peekLogged(pid)
                .map(
                        events ->
                                events.stream()
                                        .map(seen -> new RecordedDescriptor(seen.at(), seen.type()))
                                        .toList())
                .orElse(null);
    }

    private static List<String> stack(Pid pid) {
        return ProcessInfo.stackOf(pid).stream().map(StackTraceElement::toString).toList();
    }

    private static List<Views.StartDescriptor> starts(String path, Observer observer) {
        return observer.starts().all().stream()
                .filter((Start start) -> start.path().equals(path))
                .map(Views.StartDescriptor::of)
                .toList();
    }
}

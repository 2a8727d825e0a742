/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says in words what a process is doing, for the message of a call that failed. It only looks at
 * fields that other threads write, from any thread, and asks no process: each part was true at
 * about the same moment. For this, handling a message costs one more store; see {@link Sighted}.
 */
final class Diagnosis {
    private static final int LONGEST_CHAIN = 16;
    private static final int SHOWN_HOLDERS = 3;

    private Diagnosis() {}

    /** What {@code callee} does instead of replying to {@code call}. */
    @AnyThread
    static String of(ProcessCell callee, ReplyCell call) {
        ExitReason ended = callee.exitReason();
        if (ended != null) return "it has ended: " + ended;
        Node request = call.request;
        Runner.Handling handling = Runner.handling(callee);
        boolean handlesIt = handling != null && handling.node() == request;
        String doing =
                doing(callee, call.caller, handling, handlesIt) + waiting(callee, call.caller);
        return doing + (handlesIt ? "" : queued(callee, request));
    }

    private static String doing(
            ProcessCell callee, Pid caller, Runner.@Nullable Handling handling, boolean handlesIt) {
        BehaviorState<?> behavior = callee.behavior;
        if (behavior != null && !behavior.hasStarted()) return "its initialiser is running";
        if (behavior != null && behavior.isSuspended()) return "it is suspended";
        if (handling != null) return "it is handling " + handled(handling, handlesIt);
        PermitInbox permits = PermitInbox.of(callee);
        if (permits != null && permits.awaitsPermit()) return awaited(permits, caller);
        if (callee.mailbox.isIdle()) return "it is idle";
        return callee.mailbox.isWaiting() ? "it waits in a receive" : "it is running";
    }

    private static String awaited(PermitInbox permits, Pid caller) {
        ConcurrencyLimit limit = permits.limit();
        int ahead = permits.ahead();
        String before = ahead <= 0 ? "it is the next" : "%d %s before it";
        before = before.formatted(ahead, ahead == 1 ? "process is" : "processes are");
        return "it waits for a permit of concurrency limit '%s', where %s; %s"
                .formatted(limit.name(), before, held(limit, caller));
    }

    private static String held(ConcurrencyLimit limit, Pid caller) {
        List<Pid> holders = limit.holders();
        String by =
                holders.stream()
                        .filter(holder -> !holder.equals(caller))
                        .limit(SHOWN_HOLDERS)
                        .map(Pid::toString)
                        .collect(Collectors.joining(", "));
        boolean own = holders.contains(caller);
        String all = own ? by.isEmpty() ? "the caller" : "the caller, " + by : by;
        int more = holders.size() - SHOWN_HOLDERS - (own ? 1 : 0);
        String rest = more > 0 ? " and %d more".formatted(more) : "";
        return "of %d permits %d are in use, by %s%s"
                .formatted(limit.permits(), holders.size(), all, rest);
    }

    private static String handled(Runner.Handling handling, boolean handlesIt) {
        String what = (handlesIt ? "this request, " : "") + typeName(handling.messageType());
        boolean known = handling.age().compareTo(Duration.ofMillis(1)) >= 0;
        return known ? what + ", for at least " + millis(handling.age()) : what;
    }

    private static Duration millis(Duration age) {
        return Duration.ofMillis(age.toMillis());
    }

    private static String typeName(Class<?> type) {
        String name = type.getTypeName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String queued(ProcessCell callee, @Nullable Node request) {
        int ahead = request == null ? -1 : callee.ahead(request);
        if (ahead == 0) return "; the request is the next in the mailbox";
        if (ahead > 0) return "; the request is queued behind " + messages(ahead);
        int depth = callee.depth();
        if (depth == 0) return "; nothing is queued, so it has taken the request";
        return "; " + messages(depth) + (depth == 1 ? " is" : " are") + " queued";
    }

    private static String messages(int count) {
        return count + (count == 1 ? " message" : " messages");
    }

    // ---- which process waits for which

    /** The process from which {@code process} awaits a reply, or room in its mailbox, or null. */
    @AnyThread
    static @Nullable ProcessPort awaited(ProcessCell process) {
        Thread running = process.thread();
        Object blocker = running == null ? null : process.runtime.scheduler.blocker(running);
        if (blocker instanceof RoomWait room && room.sender == process) return room.receiver;
        ReplyCell call = callOf(process, blocker);
        return call == null ? null : call.callee();
    }

    /** The call whose reply {@code process} awaits, or null. */
    @AnyThread
    static @Nullable ReplyCell callOf(ProcessCell process) {
        Thread running = process.thread();
        return running == null
                ? null
                : callOf(process, process.runtime.scheduler.blocker(running));
    }

    private static @Nullable ReplyCell callOf(ProcessCell process, @Nullable Object blocker) {
        if (!(blocker instanceof ReplyCell call)) return null;
        boolean waits = call.caller == process && call.outcome() == null;
        return waits ? call : null;
    }

    private static String waiting(ProcessCell callee, Pid caller) {
        List<ProcessPort> chain = chain(callee, caller);
        if (chain.isEmpty() || !chain.equals(chain(callee, caller))) return "";
        var text = new StringBuilder(", and waits for a reply from ").append(chain.getFirst());
        for (ProcessPort next : chain.subList(1, chain.size())) {
            text.append(", which waits for a reply from ").append(next);
        }
        if (chain.getLast() == caller) text.append(", which makes this call: a circle");
        else if (chain.indexOf(chain.getLast()) < chain.size() - 1) text.append(": a circle");
        else if (chain.getLast() instanceof ProcessCell last) text.append(end(last));
        return text.toString();
    }

    private static String end(ProcessCell last) {
        Runner.Handling handling = Runner.handling(last);
        return handling == null ? "" : ", which is handling " + handled(handling, false);
    }

    /**
     * The processes that wait for one another, beginning with the one that {@code from} waits for.
     * In a circle the last one is {@code caller}, or a process that is in the list already.
     */
    private static List<ProcessPort> chain(ProcessCell from, Pid caller) {
        var chain = new ArrayList<ProcessPort>();
        ProcessPort next = awaited(from);
        while (next != null && chain.size() < LONGEST_CHAIN) {
            boolean again = next == caller || next == from || chain.contains(next);
            chain.add(next);
            if (again) return chain;
            next = next instanceof ProcessCell local ? awaited(local) : null;
        }
        return chain;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * For how long the oldest message of a process has been waiting, at least. Found by two looks, a
 * second apart, at how many messages are queued and how many were taken up: as long as fewer were
 * taken up since a look than were queued at it, and the process was not idle in between, one of
 * those is still waiting. A message costs nothing for this, and no mailbox is walked.
 *
 * <p>{@code marks} is written by the sentry's thread alone and read by tools. A process that is not
 * running has no message waiting, unless it is suspended or waits for a permit. Of one that waits
 * for a permit the wait counts; suspended processes are not looked at, nor are those that run a
 * body of their own, whose messages are not counted.
 */
final class OldestMessages {
    private record Mark(long at, Sighted.Run run, long handled, int queued) {}

    private final Engine runtime;
    private final Map<ProcessCell, Mark> marks = new ConcurrentHashMap<>();

    OldestMessages(Engine runtime) {
        this.runtime = runtime;
    }

    /** Looks at all running processes. */
    void look() {
        var now = new HashMap<ProcessCell, Mark>();
        long time = runtime.scheduler.nanoTime();
        for (Runner runner : Current.runners()) {
            if (runner.runtime != runtime || runner.body != null) continue;
            Sighted.Run run = runner.runOfProcess();
            ProcessCell cell = runner.cell();
            int queued = cell.depth();
            if (queued == 0) continue;
            Mark seen = new Mark(time, run, runner.handledInARow(), queued);
            now.put(cell, stands(marks.get(cell), seen) ? marks.get(cell) : seen);
        }
        marks.keySet().retainAll(now.keySet());
        marks.putAll(now);
    }

    /** Whether a message that was queued at {@code mark} is still queued. */
    private static boolean stands(@Nullable Mark mark, Mark now) {
        if (mark == null || !mark.run().equals(now.run())) return false;
        return now.handled() - mark.handled() < mark.queued();
    }

    /** For how long the oldest message of a process has been waiting, at least. */
    Duration age(Pid process) {
        PermitInbox permits = PermitInbox.of(process);
        if (permits != null && permits.awaitsPermit()) return Duration.ofNanos(permits.waits());
        Mark mark = process instanceof ProcessCell cell ? marks.get(cell) : null;
        if (mark == null) return Duration.ZERO;
        return Duration.ofNanos(Math.max(0, runtime.scheduler.nanoTime() - mark.at()));
    }
}

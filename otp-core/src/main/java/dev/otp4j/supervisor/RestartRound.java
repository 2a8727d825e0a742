/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.StartError;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One round of restarts of a static supervisor: the failed child and the siblings that the strategy
 * restarts with it are stopped in reverse order and started in order, up to the first that cannot
 * be started. They may wait in between.
 */
final class RestartRound {
    private final Entries entries;
    private final Reporter reporter;
    private final Entry failed;
    private final ExitReason reason;
    private final List<Entry> affected;

    /**
     * @param reason why the failed child has ended, or could not be started
     */
    RestartRound(
            Entries entries,
            Reporter reporter,
            Strategy strategy,
            Entry failed,
            ExitReason reason) {
        this.entries = entries;
        this.reporter = reporter;
        this.failed = failed;
        this.reason = reason;
        this.affected = entries.affected(strategy, failed);
    }

    /**
     * Stops them.
     *
     * @param stopped is given each sibling that had a process, and that process
     */
    void stop(BiConsumer<Child, Pid> stopped) {
        failed.child().down(ChildInfo.State.RESTARTING);
        stopSiblings(stopped);
    }

    /** They wait for the failed child; each sibling that waits is given to {@code waiting}. */
    void await(Consumer<Child> waiting) {
        letOthersWait(failed);
        for (Entry sibling : affected) {
            boolean waits = sibling != failed && !sibling.isTemporary();
            if (waits) waiting.accept(sibling.child());
        }
    }

    /** Starts them. The child that could not be started and is to be tried again, or null. */
    @Nullable Entry start() {
        for (Entry entry : affected) {
            boolean gone = entry != failed && entry.isTemporary();
            if (gone || startAgain(entry)) continue;
            letOthersWait(entry);
            return entry;
        }
        return null;
    }

    private void stopSiblings(BiConsumer<Child, Pid> stopped) {
        for (Entry sibling : affected.reversed()) {
            if (sibling == failed) continue;
            Pid pid = sibling.child().pid();
            entries.stop(sibling);
            if (sibling.isTemporary()) {
                entries.remove(sibling);
                if (pid != null) Children.abandon(pid);
            } else {
                sibling.child().down(ChildInfo.State.RESTARTING);
                if (pid != null) stopped.accept(sibling.child(), pid);
            }
        }
    }

    private boolean startAgain(Entry entry) {
        Child child = entry.child();
        switch (entries.start(entry)) {
            case StartResult.Ok<?> up -> report(entry);
            case StartResult.Failed<?>(StartError.Ignored ignored) -> {
                child.down(ChildInfo.State.STOPPED);
                entries.abandon(entry);
            }
            case StartResult.Failed<?>(StartError error) -> {
                // one with a back-off is reported when its delay is known
                if (child.terms().backoff() == null) {
                    reporter.willTryAgain(child, Children.reason(error));
                }
                return false;
            }
        }
        return true;
    }

    private void report(Entry again) {
        if (again == failed) reporter.restarted(again.child(), reason);
        else reporter.restartedWith(failed.child(), again.child());
    }

    /** Only one child is tried again; those after it have to wait. */
    private void letOthersWait(Entry again) {
        for (Entry entry : affected) {
            boolean waits = entry != again && entry.child().isRestarting();
            if (waits) entry.child().down(ChildInfo.State.STOPPED);
        }
    }
}

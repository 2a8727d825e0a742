/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.user.UserCode;
import org.jspecify.annotations.Nullable;

/**
 * The first act of a process that is a behaviour: it takes its name, runs its initialiser, and
 * tells its starter. Runs on the process's thread.
 */
final class Beginning {
    private final Runner runner;
    private final ProcessCell cell;

    private Beginning(Runner runner, ProcessCell cell) {
        this.runner = runner;
        this.cell = cell;
    }

    /** False if the process has ended; its thread has left it then. */
    static boolean of(Runner runner, ProcessCell cell, BehaviorState<?> behavior) {
        return new Beginning(runner, cell).begin(behavior);
    }

    private boolean begin(BehaviorState<?> behavior) {
        StartCell start = cell.pendingStart();
        try {
            if (!register(start)) return left();
            Object data = behavior.begin();
            NameState name = cell.ownName();
            if (name != null) name.open(cell);
            if (!cell.alive()) return left();
            if (start != null) {
                runner.answered = start.complete(new Startup.Running(cell, data));
            }
            cell.started();
            return true;
        } catch (InitFailedException refused) {
            if (start != null) start.failing(String.valueOf(UserCode.message(refused)));
            runner.end(cell, ExitReason.NORMAL, false, null);
        } catch (InitIgnoredException declined) {
            if (start != null) start.ignoring();
            runner.end(cell, ExitReason.NORMAL, false, null);
        } catch (Throwable thrown) {
            cell.inCall = false; // an overflow may have come in the middle of it
            runner.payIfPossible();
            if (start != null) runner.unwoken = start; // it may have its outcome and sleep on
            runner.payIfPossible();
            runner.end(cell, Activation.reason(thrown, cell), true, null);
        }
        return left();
    }

    private boolean left() {
        cell.leave();
        return false;
    }

    /** Takes the process's own name. False if that failed; the process has ended then. */
    private boolean register(@Nullable StartCell start) {
        NameState name = cell.ownName();
        if (name == null) return true;
        NameState.Registration registration = name.register(cell, false);
        while (registration == NameState.Registration.TAKEN && becomesFree(name)) {
            registration = name.register(cell, false);
        }
        if (registration == NameState.Registration.DONE) return true;
        if (start != null && registration != NameState.Registration.DEAD) {
            start.failing("name already registered: " + name);
        }
        runner.end(cell, ExitReason.NORMAL, false, null);
        return false;
    }

    /** Whether a name that was taken is to be had now; waits for a holder that is bound to end. */
    private boolean becomesFree(NameState name) {
        return switch (name.obstacle()) {
            case NameState.Obstacle.Ended ended -> true;
            case NameState.Obstacle.Orphan(ProcessCell holder) -> {
                awaitEnd(holder);
                yield true;
            }
            case NameState.Obstacle.Holder holder -> false;
        };
    }

    /**
     * Waits until a process has ended that is about to: its parent has. When a supervisor is killed
     * its children finish what they are doing, each in its own time; their successors are started
     * meanwhile and must not fail for their names, or the supervisor's supervisor would use up its
     * tolerance within milliseconds. The starter's time limit bounds the wait.
     */
    private void awaitEnd(ProcessCell orphan) {
        Monitor monitor = cell.monitor(orphan);
        var unused = cell.inbox().receive(MessageFilter.of(monitor), Long.MAX_VALUE);
    }
}

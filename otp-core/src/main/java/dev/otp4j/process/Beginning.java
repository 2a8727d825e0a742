/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.user.UserCode;
import org.jspecify.annotations.Nullable;

/**
 * The first act of a process that is a behaviour: it takes its name, runs its initialiser, and
 * answers its starter. Runs on the process's thread.
 */
final class Beginning {
    private final Runner runner;
    private final ProcessCell cell;

    private Beginning(Runner runner, ProcessCell cell) {
        this.runner = runner;
        this.cell = cell;
    }

    /** Begins a process. False if the process has ended; its thread has then left it. */
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
            cell.inCall = false; // a stack overflow may have come in the middle of a call
            runner.payIfPossible();
            if (start != null) runner.unwoken = start; // it may not have been woken
            runner.payIfPossible();
            runner.end(cell, Activation.reason(thrown, cell), true, null);
        }
        return left();
    }

    private boolean left() {
        cell.leave();
        return false;
    }

    /** Takes the process's own name. False if that failed; the process has then ended. */
    private boolean register(@Nullable StartCell start) {
        NameState name = cell.ownName();
        if (name == null) return true;
        NameState.Registration registration = name.register(cell, false);
        for (int looks = 0;
                registration == NameState.Registration.TAKEN && becomesFree(name);
                looks++) {
            if (name.isBeingLeft()) ProcessLife.pauseOnce(looks);
            registration = name.register(cell, false);
        }
        if (registration == NameState.Registration.DONE) return true;
        if (start != null && registration != NameState.Registration.DEAD) {
            start.failing("name already registered: " + name);
        }
        runner.end(cell, ExitReason.NORMAL, false, null);
        return false;
    }

    /** Whether a name that was taken may be free now. Waits for a holder that is about to end. */
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
     * Waits until an orphan, a process with a parent that has ended, ends too. When a supervisor is
     * killed, each of its children finishes what it is doing, in its own time. Their successors are
     * started meanwhile. They must not fail because a name is taken, or the supervisor's supervisor
     * would use up its tolerance within milliseconds. The starter's time limit bounds the wait.
     */
    private void awaitEnd(ProcessCell orphan) {
        Monitor monitor = cell.monitor(orphan);
        var unused = cell.inbox().receive(MessageFilter.of(monitor), Long.MAX_VALUE);
    }
}

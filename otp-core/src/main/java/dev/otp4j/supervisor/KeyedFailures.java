/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.internal.user.UserCode;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.KeyedChild.Phase;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a keyed factory does when a key fails: it starts the key again, at once or later, leaves it
 * down, or gives up. The factory's process alone uses it.
 */
final class KeyedFailures<K, M> {
    private final KeyedLoop<K, M> loop;
    private final KeyedSettings settings;

    KeyedFailures(KeyedLoop<K, M> loop, KeyedSettings settings) {
        this.loop = loop;
        this.settings = settings;
    }

    /**
     * Whether failures of a key without a process count, so that its record must not be forgotten.
     */
    boolean counts(KeyedChild<K, M> child) {
        RestartWindow window = child.window();
        if (window == null) return false;
        if (window.used(now()) > 0) return true;
        child.window(null);
        return false;
    }

    // ---- a process has ended by itself

    void ended(KeyedChild<K, M> child, Pid pid, ExitReason reason) {
        child.ended(reason);
        loop.reporter().ended(child, reason);
        Restart when = settings.terms().restart();
        if (RestartDecider.decide(when, reason) == RestartDecider.Decision.RESTART) {
            restart(child, pid, reason);
            return;
        }
        boolean failed = !reason.isClean() && settings.perKey() != null;
        if (failed && !tolerates(child)) {
            loop.reporter().restartsNoMore(child, pid, reason);
            leaveDown(child, reason);
            return;
        }
        if (RestartDecider.isReported(when, reason)) loop.reporter().keptDown(child, pid, reason);
        loop.gone(child);
    }

    private void restart(KeyedChild<K, M> child, Pid pid, ExitReason reason) {
        if (!tolerates(child)) {
            loop.reporter().restartsNoMore(child, pid, reason);
            giveUp(child, reason);
            return;
        }
        Delay delay = loop.nextDelay(child);
        Lingering code = loop.lingering(child, pid);
        loop.reporter().restarts(child, pid, reason, used(child), delay, code != null);
        Waiting waiting = loop.waiting(reason, delay, code == null ? List.of() : List.of(code));
        if (waiting == null) loop.startAgain(child);
        else await(child, waiting);
    }

    // ---- a start has failed

    void startFailed(KeyedChild<K, M> child, StartError error) {
        if (error instanceof StartError.Ignored) {
            drop(child, error);
        } else if (child.isRestarting()) {
            againLater(child, error);
        } else if (settings.terms().backoff() != null && child.name().heldCount() > 0) {
            Runnable told = KeyedStarts.refusal(child, error);
            child.failed(Children.reason(error));
            delayed(child, Children.reason(error));
            told.run();
        } else {
            firstFailed(child, error);
        }
    }

    /** A start on request, or for messages, is not tried again. */
    private void firstFailed(KeyedChild<K, M> child, StartError error) {
        ExitReason reason = Children.reason(error);
        child.failed(reason);
        boolean tolerated = settings.perKey() == null || tolerates(child);
        String decision = tolerated ? "is not added" : "is left down: it failed more than " + per();
        loop.reporter().startFailed(child, reason, decision);
        if (!tolerated) {
            Runnable told = KeyedStarts.refusal(child, error);
            leaveDown(child, reason);
            told.run();
            return;
        }
        drop(child, error);
    }

    private void drop(KeyedChild<K, M> child, StartError error) {
        Runnable told = KeyedStarts.refusal(child, error);
        child.name().dropHeld("key '%s' could not be started: %s".formatted(child.id(), error));
        loop.gone(child);
        told.run();
    }

    /** A restart has failed: it is tried again, and counts when it is. */
    private void againLater(KeyedChild<K, M> child, StartError error) {
        ExitReason reason = Children.reason(error);
        child.failed(reason);
        if (settings.terms().backoff() != null) {
            delayed(child, reason);
            return;
        }
        loop.reporter().willTryAgain(child, reason);
        child.phase(Phase.WAITING);
        loop.events().send(new KeyedLoop.Event.Retry<>(child));
    }

    void retry(KeyedChild<K, M> child) {
        if (child.phase() != Phase.WAITING || child.waiting() != null) return;
        if (tolerates(child)) loop.startAgain(child);
        else giveUp(child, lastFailure(child).reason());
    }

    /** Counts a failed start, and makes the next one after its delay, or gives up. */
    private void delayed(KeyedChild<K, M> child, ExitReason reason) {
        if (!tolerates(child)) {
            loop.reporter().triesNoMore(child, reason);
            giveUp(child, reason);
            return;
        }
        Delay delay = Objects.requireNonNull(loop.nextDelay(child), "it has a back-off");
        loop.reporter().willTryAgain(child, reason, used(child), delay);
        await(child, Objects.requireNonNull(loop.waiting(reason, delay, List.of())));
    }

    private void await(KeyedChild<K, M> child, Waiting waiting) {
        child.phase(Phase.WAITING);
        loop.begin(child, waiting, loop.events(), new KeyedLoop.Event.Due<>(child, waiting));
    }

    void due(KeyedChild<K, M> child, Waiting waiting) {
        if (child.waiting() != waiting || !waiting.end()) return;
        loop.startAgain(child);
    }

    // ---- too many failures

    /** One failure too many: of the key, which is left down, or of all, which ends the factory. */
    private void giveUp(KeyedChild<K, M> child, ExitReason reason) {
        if (settings.perKey() != null) {
            leaveDown(child, reason);
            return;
        }
        ChildFailure failure = child.lastFailure();
        Offender because =
                failure == null ? loop.offender(child, reason) : loop.offender(child, failure);
        loop.giveUp(because, child);
    }

    private void leaveDown(KeyedChild<K, M> child, ExitReason reason) {
        String why = why(child, reason);
        Runnable told = KeyedStarts.refusal(child, new StartError.InitFailed(why));
        loop.leftDown(child);
        child.name().abandon(why);
        told.run();
    }

    private String why(KeyedChild<K, M> child, ExitReason reason) {
        return "key '%s' of %s is left down: it failed more often than %s, the last time with %s; KeyedFactory.restart starts it again"
                .formatted(child.id(), child.family().path, per(), text(reason));
    }

    private static String text(ExitReason reason) {
        Throwable cause = ExitReason.throwableOf(reason).orElse(null);
        return cause == null ? reason.toString() : UserCode.text(cause);
    }

    private String per() {
        Tolerance counted = settings.counted();
        return counted.intensity() + " times in " + counted.period();
    }

    /** Answers a caller that asks for a key that is left down. */
    void refuse(KeyedChild<K, M> child, Subject<StartResult<Subject<M>>> caller) {
        var error = new StartError.InitFailed(why(child, lastFailure(child).reason()));
        caller.trySend(new StartResult.Failed<>(error));
    }

    private static ChildFailure lastFailure(Child child) {
        return Objects.requireNonNull(child.lastFailure(), "the start has failed");
    }

    // ---- what counts

    private boolean tolerates(KeyedChild<K, M> child) {
        Tolerance perKey = settings.perKey();
        if (perKey == null) return loop.tolerates();
        RestartWindow window = child.window();
        if (window == null) child.window(window = perKey.window());
        return window.restart(now());
    }

    private int used(KeyedChild<K, M> child) {
        @Nullable RestartWindow window = child.window();
        return window == null ? loop.toleranceUsed() : window.used(now());
    }

    /** A key without a process is forgotten when its failures count no more. */
    void forgetLater(KeyedChild<K, M> child) {
        Tolerance perKey = settings.perKey();
        if (perKey == null || child.window() == null || child.phase() != Phase.ABSENT) return;
        if (child.heals) return;
        child.heals = true;
        loop.events().sendAfter(perKey.period().plusMillis(1), new KeyedLoop.Event.Healed<>(child));
    }

    private static long now() {
        return ProcessRuntime.current().nanoTime();
    }
}

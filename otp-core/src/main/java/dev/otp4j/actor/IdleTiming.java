/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ProcessRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An actor with an idle time-out. It notes when its last handler ended. One reminder is on its way
 * while the actor has not been told that it is idle; when the reminder comes too early, because
 * messages have come meanwhile, it is sent again for the time that is left. So a message costs a
 * look at the clock, and no timer.
 *
 * <p>Only the actor's process uses it.
 */
final class IdleTiming<S, M> implements InitializingActor<S, M, Object> {
    /**
     * The setting of a builder.
     *
     * @param message what the actor gets, or null if {@link Actor#onIdle} is called
     */
    record Setting<M>(Duration limit, @Nullable M message) {
        Setting {
            Objects.requireNonNull(limit, "'limit' must not be null");
            if (!limit.isPositive()) {
                throw new IllegalArgumentException("'limit' must be positive: " + limit);
            }
        }
    }

    /** What tools see as the message while {@code onIdle} runs. */
    record IdleTimeout(Duration limit) {}

    private final Actor<S, M> actor;
    private final Setting<M> setting;
    private final ProcessRuntime runtime = ProcessRuntime.current();
    private @Nullable Consumer<Duration> reminder;
    private long last;
    private boolean awaitsReminder;

    IdleTiming(Actor<S, M> actor, Setting<M> setting) {
        this.actor = Objects.requireNonNull(actor, "the actor's supplier returned null");
        this.setting = setting;
    }

    Actor<S, M> actor() {
        return actor;
    }

    Object about() {
        M message = setting.message();
        return message == null ? new IdleTimeout(setting.limit()) : message;
    }

    /** The method that handles the idle time. */
    String handler() {
        return setting.message() == null ? "onIdle" : "onMessage";
    }

    /** The initialiser has returned: the first idle time begins. */
    void begin(Consumer<Duration> remind) {
        reminder = remind;
        worked();
    }

    /** A handler has ended: the idle time begins anew. */
    void worked() {
        last = runtime.nanoTime();
        if (!awaitsReminder) remind(setting.limit());
    }

    private void remind(Duration delay) {
        Consumer<Duration> sends = reminder;
        if (sends == null) return; // the initialiser has not returned
        awaitsReminder = true;
        sends.accept(delay);
    }

    private Duration left() {
        return setting.limit().minusNanos(runtime.nanoTime() - last);
    }

    /** Whether the idle time is over, as far as this knows. */
    boolean isOver() {
        return !left().isPositive();
    }

    /**
     * The reminder has come, and the actor is not idle for long enough, or something is queued: the
     * next reminder comes behind that.
     */
    void remindLater() {
        Duration left = left();
        remind(left.isPositive() ? left : Duration.ZERO);
    }

    /** The idle time is over. */
    @Override
    public Next<S, M> onIdle(S state) throws Exception {
        awaitsReminder = false;
        M message = setting.message();
        return message == null ? actor.onIdle(state) : actor.onMessage(state, message);
    }

    // ---- the actor

    @Override
    @SuppressWarnings("unchecked") // what it holds is read only
    public Initialized<S, M, Object> initialize(Init<M> init) throws Exception {
        if (setting.message() == null && !Overriding.ON_IDLE.by(actor)) {
            throw init.fail(
                    "%s has an idle time-out of %s and no method 'onIdle': add that method, give the message to 'ActorBuilder.idleTimeout', or take the time-out away"
                            .formatted(ActorBuilder.userClass(actor).getName(), setting.limit()));
        }
        return (Initialized<S, M, Object>) ActorLoop.initialized(actor, init);
    }

    @Override
    public Next<S, M> afterStart(S state) throws Exception {
        return actor.afterStart(state);
    }

    @Override
    public Next<S, M> onMessage(S state, M message) throws Exception {
        Next<S, M> next = actor.onMessage(state, message);
        worked();
        return next;
    }

    @Override
    public Next<S, M> onMessages(S state, List<M> messages) throws Exception {
        Next<S, M> next = actor.onMessages(state, messages);
        worked();
        return next;
    }

    @Override
    public void onTerminate(S state, ExitReason reason) throws Exception {
        actor.onTerminate(state, reason);
    }
}

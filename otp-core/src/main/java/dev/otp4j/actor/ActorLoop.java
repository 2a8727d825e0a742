/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The inside of an actor: its state, and what its handler's answers do to it. Run by the actor's
 * process alone.
 */
sealed class ActorLoop<S, M> extends Behavior<M> permits BatchLoop {
    static final String INSTEAD = "Next.continueWith or Next.stop";

    /** Stands for the step in the text of an exception. */
    static final String STEP = "the step of continueThen";

    private static final String AFTER_START = "after-start";
    private static final String AFTER_MESSAGE = "after-message";

    private static final System.Logger LOG = Logs.of(Actor.class.getName());

    /** How the actor is made; needed once. */
    private record Plan<S, M>(
            Supplier<? extends Actor<S, M>> actors, boolean chooses, @Nullable Boolean trapping) {}

    /** An actor whose initialiser has asked for a step. */
    private record Initial<S, M>(Actor<S, M> actor, Actor.Continuation<S, M> step) {}

    /**
     * The plan until the initialiser runs, then the actor, perhaps with its first step: an idle
     * actor pays for one field.
     */
    private Object actor;

    private @Nullable S state;

    /**
     * @param chooses whether the initialiser chooses what the starter gets; otherwise that is the
     *     actor's subject
     */
    ActorLoop(Supplier<? extends Actor<S, M>> actors, boolean chooses, @Nullable Boolean trapping) {
        actor = new Plan<>(actors, chooses, trapping);
    }

    @SuppressWarnings("unchecked") // nothing else is written there
    private Plan<S, M> plan() {
        return (Plan<S, M>) actor;
    }

    @SuppressWarnings("unchecked") // since the initialiser
    private Actor<S, M> actor() {
        return (Actor<S, M>) actor;
    }

    @Override
    protected @Nullable Object init() throws Exception {
        Plan<S, M> plan = plan();
        Actor<S, M> made =
                Objects.requireNonNull(plan.actors().get(), "the actor's supplier returned null");
        actor = made;
        Boolean trapping = plan.trapping();
        if (trapping != null ? trapping : Overriding.ON_TERMINATE.by(made)) trapExits(true);
        Subject<M> self = self();
        Initialized<S, M, ?> initialized = initialized(made, new Init<>(self));
        state = initialized.state;
        if (initialized.selector != null) select(initialized.selector);
        if (made instanceof IdleTiming<S, M> timing) timing.begin(this::remind);
        if (initialized.step != null) actor = new Initial<>(made, initialized.step);
        return plan.chooses() ? initialized.data : self;
    }

    /** Runs whichever initialiser the actor has. */
    static <S, M> Initialized<S, M, ?> initialized(Actor<S, M> actor, Init<M> init)
            throws Exception {
        if (!(actor instanceof InitializingActor<S, M, ?> rich)) {
            return init.state(actor.init(init.self()));
        }
        Initialized<S, M, ?> initialized = rich.initialize(init);
        if (initialized == null) throw returnedNull(actor, "initialize", "init.state(...)");
        return initialized;
    }

    @Override
    @SuppressWarnings({"NullAway", "unchecked"}) // see handle; only init writes an Initial
    protected void begun() throws Exception {
        if (actor instanceof Initial<?, ?> first) {
            actor = first.actor();
            var initial = (Initial<S, M>) first;
            step(AFTER_START);
            follow(initial.step().onContinue(state), STEP, AFTER_START);
        } else if (Overriding.AFTER_START.by(actor())) {
            step(AFTER_START);
            follow(actor().afterStart(state), "afterStart", AFTER_START);
        }
        if (actor instanceof IdleTiming<?, ?> timing) timing.worked();
    }

    @Override
    @SuppressWarnings(
            "NullAway") // state is what the initialiser or the handler returned, null only if S
    // admits it
    protected void handle(M message) throws Exception {
        switch (answer(actor(), state, message)) {
            case Next.Continue<S, M>(S next, Selector<M> selector) -> {
                if (state != next) state = next; // a store costs more where objects have grown old
                if (selector != null) select(selector);
            }
            case Next.Stop<S, M>(ExitReason reason) -> stop(reason);
            case Next.ContinueThen<S, M> then -> {
                follow(then, "onMessage", AFTER_MESSAGE);
                if (actor instanceof IdleTiming<?, ?> timing) timing.worked();
            }
            case null -> throw returnedNull(actor(), "onMessage", INSTEAD);
        }
    }

    @Override
    protected boolean hasFirstStep() {
        return actor instanceof Initial || Overriding.AFTER_START.by(actor());
    }

    /**
     * Does what the handler has answered, and runs the steps that it asks for, one after another.
     *
     * @param method what has answered
     * @param step what a crash report calls the steps
     */
    private void follow(Next<S, M> answer, String method, String step) throws Exception {
        Next<S, M> next = answer;
        String answered = method;
        while (next instanceof Next.ContinueThen<S, M>(S now, Actor.Continuation<S, M> then)) {
            state = now;
            step(then instanceof Batches.Rest ? null : step);
            next = then.onContinue(now);
            answered = STEP;
        }
        step(null);
        switch (next) {
            case Next.Continue<S, M>(S last, Selector<M> selector) -> {
                state = last;
                if (selector != null) select(selector);
            }
            case Next.Stop<S, M>(ExitReason reason) -> stop(reason);
            case Next.ContinueThen<S, M> never -> throw new AssertionError(never);
            case null -> throw returnedNull(actor(), answered, INSTEAD);
        }
    }

    // ---- idle time

    private void remind(Duration delay) {
        if (actor instanceof IdleTiming<?, ?> timing) remind(delay, timing.about());
    }

    @Override
    protected boolean isDue() {
        return actor instanceof IdleTiming<?, ?> timing && queued() == 0 && timing.isOver();
    }

    @Override
    @SuppressWarnings("NullAway") // see handle
    protected void reminded(boolean due) throws Exception {
        if (!(actor() instanceof IdleTiming<S, M> timing)) return;
        if (due) follow(timing.onIdle(state), timing.handler(), AFTER_MESSAGE);
        else timing.remindLater();
    }

    /** What the handler answers; null if it has returned null. */
    Next<S, M> answer(Actor<S, M> actor, S state, M message) throws Exception {
        return actor.onMessage(state, message);
    }

    /** The failure when a method of the actor returned null, which the compiler cannot rule out. */
    static NullPointerException returnedNull(Actor<?, ?> actor, String method, String instead) {
        return new NullPointerException(
                "'%s' of %s returned null: return %s"
                        .formatted(method, ActorBuilder.userClass(actor).getName(), instead));
    }

    @Override
    protected @Nullable Object snapshot() {
        return state instanceof StatefulActor<?> fields ? fields.snapshot() : state;
    }

    @Override
    @SuppressWarnings("unchecked") // the caller that replaces the state states its type
    protected @Nullable Object replaceState(UnaryOperator<@Nullable Object> change) {
        if (state instanceof StatefulActor<?>) return super.replaceState(change);
        state = (S) change.apply(state);
        return state;
    }

    @Override
    protected Class<?> module() {
        return switch (actor) {
            case Actor<?, ?> made -> ActorBuilder.userClass(made);
            case Initial<?, ?>(Actor<?, ?> made, var step) -> ActorBuilder.userClass(made);
            default -> super.module();
        };
    }

    @Override
    protected void unexpected(Object message) {
        String type = message.getClass().getName();
        Pid self = Processes.self();
        ProcessRuntime.current()
                .inContextOf(
                        self,
                        () ->
                                LOG.log(
                                        Level.WARNING,
                                        "{0} discards an unexpected message of type {1}",
                                        self,
                                        type));
    }

    @Override
    @SuppressWarnings({"NullAway", "unchecked"}) // see begun
    protected void terminate(ExitReason reason) throws Exception {
        if (actor instanceof Initial<?, ?> first) actor = first.actor(); // it waits for a permit
        actor().onTerminate(state, reason);
    }
}

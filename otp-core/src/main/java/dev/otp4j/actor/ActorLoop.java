/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import java.lang.System.Logger.Level;
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

    private static final System.Logger LOG = Logs.of(Actor.class.getName());

    /** How the actor is made; needed once. */
    private record Plan<S, M>(
            Supplier<? extends Actor<S, M>> actors, boolean chooses, @Nullable Boolean trapping) {}

    /** The plan until the initialiser runs, then the actor: an idle actor pays for one field. */
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
        if (trapping != null ? trapping : Terminating.is(made)) trapExits(true);
        Subject<M> self = self();
        Initialized<S, M, ?> initialized = initialized(made, new Init<>(self));
        state = initialized.state;
        if (initialized.selector != null) select(initialized.selector);
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
            case null -> throw returnedNull(actor(), "onMessage", INSTEAD);
        }
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
        return actor instanceof Actor<?, ?> made ? ActorBuilder.userClass(made) : super.module();
    }

    @Override
    protected void unexpected(Object message) {
        String type = message.getClass().getName();
        ProcessRuntime.current()
                .inContextOf(
                        Processes.self(),
                        () ->
                                LOG.log(
                                        Level.WARNING,
                                        "discarding unexpected message of type {0}",
                                        type));
    }

    @Override
    @SuppressWarnings("NullAway") // see handle
    protected void terminate(ExitReason reason) throws Exception {
        actor().onTerminate(state, reason);
    }
}

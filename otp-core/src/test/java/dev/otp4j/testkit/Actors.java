/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import static java.lang.invoke.MethodType.methodType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Subject;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Supplier;

/** Actors for tests in which the actor itself is not what is tested. */
public final class Actors {
    /** What an actor does with a message. */
    @FunctionalInterface
    public interface Body<M> {
        /** Handles one message. */
        void handle(M message) throws Exception;
    }

    private Actors() {}

    /** An actor that ignores its messages. */
    public static <M> ActorBuilder<Integer, M, Subject<M>> idle() {
        return idle(() -> 0);
    }

    /** An actor that ignores its messages, with an initialiser. */
    public static <M> ActorBuilder<Integer, M, Subject<M>> idle(Supplier<Integer> initialiser) {
        return Actor.startingWith(initialiser).onMessage(Actors::ignore);
    }

    private static <M> Next<Integer, M> ignore(Integer state, M message) {
        return Next.continueWith(state);
    }

    /** An actor that runs the code it is sent. */
    public static ActorBuilder<Integer, Runnable, Subject<Runnable>> running() {
        return handling(Runnable::run);
    }

    /** Starts an actor that runs the code it is sent, in that runtime and with no parent. */
    public static Subject<Runnable> running(ProcessRuntime runtime) {
        return start(running(), runtime);
    }

    /** Starts an actor in that runtime and with no parent. */
    public static <D> D start(ActorBuilder<?, ?, D> actor, ProcessRuntime runtime) {
        return Expect.outside(() -> actor.runtime(runtime).start().data());
    }

    /**
     * An actor that keeps no state. The handler is of a class of its own: the engine remembers how
     * a class of handlers behaves, and no test is to depend on what another one has left.
     */
    public static <M> ActorBuilder<Integer, M, Subject<M>> handling(Body<M> body) {
        return Actor.startingWith(() -> 0).onMessage(ofNewClass(body));
    }

    /** {@link #handling} for an actor that gets several messages at once. */
    public static <M> ActorBuilder<Integer, M, Subject<M>> batching(Body<M> body) {
        return Actor.startingWith(() -> 0)
                .onMessages(
                        1,
                        (state, messages) -> {
                            for (M message : messages) body.handle(message);
                            return Next.continueWith(state);
                        });
    }

    private static <M> Next<Integer, M> handle(Body<M> body, Integer state, M message)
            throws Exception {
        body.handle(message);
        return Next.continueWith(state);
    }

    /** Each call makes a class, as a lambda expression in a place of its own does. */
    @SuppressWarnings("unchecked") // that is what the method type below says
    private static <M> Actor.Handler<Integer, M> ofNewClass(Body<M> body) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodType erased = methodType(Next.class, Object.class, Object.class);
        try {
            MethodHandle handle =
                    lookup.findStatic(
                            Actors.class,
                            "handle",
                            methodType(Next.class, Body.class, Integer.class, Object.class));
            return (Actor.Handler<Integer, M>)
                    LambdaMetafactory.metafactory(
                                    lookup,
                                    "onMessage",
                                    methodType(Actor.Handler.class, Body.class),
                                    erased,
                                    handle,
                                    erased.changeParameterType(0, Integer.class))
                            .getTarget()
                            .invoke(body);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}

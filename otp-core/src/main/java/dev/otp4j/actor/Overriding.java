/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which actors have an optional method of their own. Looked up once per class: reflection would
 * take a twentieth of the time of each start.
 */
final class Overriding extends ClassValue<Boolean> {
    /** Actors with a last act: they have to trap exits, so that it can run. */
    static final Overriding ON_TERMINATE =
            new Overriding(
                    new Method("onTerminate", Object.class, ExitReason.class),
                    new Method("onTerminate", ExitReason.class));

    static final Overriding AFTER_START =
            new Overriding(new Method("afterStart", Object.class), new Method("afterStart"));
    static final Overriding ON_IDLE =
            new Overriding(new Method("onIdle", Object.class), new Method("onIdle"));

    /** Actors with a handler of batches. */
    static final Overriding ON_MESSAGES =
            new Overriding(
                    new Method("onMessages", Object.class, List.class),
                    new Method("handleAll", List.class));

    private record Method(String name, Class<?>... parameters) {
        boolean isOf(Class<?> type, Class<?> origin) {
            if (!origin.isAssignableFrom(type)) return false;
            try {
                return type.getMethod(name, parameters).getDeclaringClass() != origin;
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("no " + name + " in " + type.getName(), e);
            }
        }
    }

    private final Method ofActor;
    private final Method ofFields;

    private Overriding(Method ofActor, Method ofFields) {
        this.ofActor = ofActor;
        this.ofFields = ofFields;
    }

    /** Whether the class has the method. */
    boolean by(Class<?> type) {
        return get(type);
    }

    /** Whether the actor has the method, or code that was given to its builder for that. */
    boolean by(Actor<?, ?> actor) {
        return by(actor, null);
    }

    /**
     * @param shown the class of the user's code if the object is of another one, such as a proxy,
     *     which has every method; or null
     */
    private boolean by(Actor<?, ?> actor, @Nullable Class<?> shown) {
        return switch (actor) {
            case IdleTiming<?, ?> timing -> by(timing.actor(), shown);
            case ActorBuilder.Terminating<?, ?>(Actor<?, ?> inner, var terminator) ->
                    this == ON_TERMINATE || by(inner, shown);
            case Shown<?, ?>(Actor<?, ?> inner, Class<?> type) -> by(inner, type);
            case FieldActor<?>(StatefulActor<?> fields) ->
                    get(shown == null ? fields.getClass() : shown);
            default -> get(shown == null ? actor.getClass() : shown);
        };
    }

    @Override
    protected Boolean computeValue(Class<?> type) {
        return ofActor.isOf(type, Actor.class) || ofFields.isOf(type, StatefulActor.class);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;

/**
 * Which classes override {@code onTerminate}: their actors have to trap exits, so that it can run.
 * Looked up once per class: reflection would take a twentieth of the time of each start.
 */
final class Terminating extends ClassValue<Boolean> {
    private static final Terminating ACTORS =
            new Terminating(Actor.class, Object.class, ExitReason.class);
    private static final Terminating STATEFUL =
            new Terminating(StatefulActor.class, ExitReason.class);

    private final Class<?> origin;
    private final Class<?>[] parameters;

    private Terminating(Class<?> origin, Class<?>... parameters) {
        this.origin = origin;
        this.parameters = parameters;
    }

    /** Whether the actor has an {@code onTerminate} of its own. */
    static boolean is(Actor<?, ?> actor) {
        return switch (actor) {
            case FieldActor<?>(StatefulActor<?> fields) -> STATEFUL.get(fields.getClass());
            case Shown<?, ?>(Actor<?, ?> proxy, Class<?> type) -> is(proxy);
            default -> ACTORS.get(actor.getClass());
        };
    }

    @Override
    protected Boolean computeValue(Class<?> type) {
        try {
            return type.getMethod("onTerminate", parameters).getDeclaringClass() != origin;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("no onTerminate in " + type.getName(), e);
        }
    }
}

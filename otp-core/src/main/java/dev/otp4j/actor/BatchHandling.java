/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import java.lang.reflect.Method;
import java.util.List;

/** Which classes of actors have a handler of batches of their own. Looked up once per class. */
final class BatchHandling extends ClassValue<Boolean> {
    private static final BatchHandling OWN = new BatchHandling();

    private BatchHandling() {}

    static boolean isOf(Class<?> actor) {
        return OWN.get(actor);
    }

    @Override
    protected Boolean computeValue(Class<?> type) {
        return overrides(type, StatefulActor.class, "handleAll", List.class)
                || overrides(type, Actor.class, "onMessages", Object.class, List.class);
    }

    private static boolean overrides(
            Class<?> type, Class<?> origin, String name, Class<?>... parameters) {
        if (!origin.isAssignableFrom(type)) return false;
        try {
            Method handler = type.getMethod(name, parameters);
            return handler.getDeclaringClass() != origin;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("no " + name + " in " + type.getName(), e);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.Supervisor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.Strategy;
import dev.otp4j.supervisor.Tolerance;

/**
 * A supervisor that the application declares by a class. The class of the root supervisor is {@code
 * void}.
 *
 * @param type its class
 * @param name its name
 * @param strategy which children are restarted
 * @param tolerance how many restarts it tolerates
 * @param supervisor the class of its own supervisor
 * @param order its position among the children of its own supervisor
 * @param concurrency the name of the limit of all actors below it, or empty
 */
record SupervisorDeclaration(
        Class<?> type,
        String name,
        Strategy strategy,
        Tolerance tolerance,
        Class<?> supervisor,
        int order,
        String concurrency) {

    /** Class of the root supervisor, and the default of 'supervisor' in the annotations. */
    static final Class<?> ROOT = void.class;

    /** The root supervisor with its defaults; properties may override them. */
    static SupervisorDeclaration root() {
        return new SupervisorDeclaration(
                ROOT, "root", Strategy.ONE_FOR_ONE, Tolerance.DEFAULT, ROOT, 0, "");
    }

    /**
     * Reads the declaration of a supervisor.
     *
     * @param namedBy describes the child that refers to it, for the message
     * @param placeholders resolves placeholders
     */
    static SupervisorDeclaration of(Class<?> type, String namedBy, Placeholders placeholders) {
        Supervisor settings = type.getAnnotation(Supervisor.class);
        if (settings == null) {
            throw new TreeDeclarationException(
                    "The supervisor of %s is %s, which is not annotated with @Supervisor."
                            .formatted(namedBy, type.getName()),
                    "Add @Supervisor to %s, or set 'supervisor' to another class."
                            .formatted(type.getName()));
        }
        String what = "supervisor " + type.getName();
        String name =
                BeanNames.checked(BeanNames.declared(settings.value(), type.getName(), type), what);
        var period =
                Durations.positive(
                        placeholders.resolve(settings.period(), "period", what), "period", what);
        if (settings.intensity() < 0) {
            throw new TreeDeclarationException(
                    "The attribute 'intensity' of %s must not be negative: %d."
                            .formatted(what, settings.intensity()),
                    "Set 'intensity' to the number of restarts that are tolerated within 'period'; 0 tolerates none.");
        }
        return new SupervisorDeclaration(
                type,
                name,
                settings.strategy(),
                new Tolerance(settings.intensity(), period),
                settings.supervisor(),
                settings.order(),
                placeholders.resolve(settings.concurrency(), "concurrency", what));
    }

    boolean isRoot() {
        return type == ROOT;
    }

    String description() {
        return isRoot()
                ? "the root supervisor"
                : "supervisor '%s' (%s)".formatted(name, type.getName());
    }
}

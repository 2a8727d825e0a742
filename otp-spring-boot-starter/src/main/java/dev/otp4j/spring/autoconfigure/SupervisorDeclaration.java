/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.Supervisor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.Strategy;
import dev.otp4j.supervisor.Tolerance;
import java.util.function.Function;

/**
 * A supervisor of the application, as declared by a class; the root is declared by {@code void}.
 *
 * @param type its class
 * @param name its name
 * @param strategy which children are restarted
 * @param tolerance how many restarts it tolerates
 * @param supervisor the class of its own supervisor
 * @param order its place among its siblings
 */
record SupervisorDeclaration(
        Class<?> type,
        String name,
        Strategy strategy,
        Tolerance tolerance,
        Class<?> supervisor,
        int order) {

    /** The root, and what annotations say if they name no supervisor. */
    static final Class<?> ROOT = void.class;

    /** The root unless properties say otherwise. */
    static SupervisorDeclaration root() {
        return new SupervisorDeclaration(
                ROOT, "root", Strategy.ONE_FOR_ONE, Tolerance.DEFAULT, ROOT, 0);
    }

    /**
     * Reads a class.
     *
     * @param namedBy whose supervisor it is, for the message
     * @param placeholders resolves placeholders
     */
    static SupervisorDeclaration of(
            Class<?> type, String namedBy, Function<String, String> placeholders) {
        Supervisor settings = type.getAnnotation(Supervisor.class);
        if (settings == null) {
            throw new TreeDeclarationException(
                    "The supervisor of %s is %s, which is not annotated with @Supervisor."
                            .formatted(namedBy, type.getName()),
                    "Add @Supervisor to %s, or name another class.".formatted(type.getName()));
        }
        String what = "supervisor " + type.getName();
        String name =
                BeanNames.checked(BeanNames.declared(settings.value(), type.getName(), type), what);
        var period = Durations.positive(placeholders.apply(settings.period()), "period", what);
        if (settings.intensity() < 0) {
            throw new TreeDeclarationException(
                    "The attribute 'intensity' of %s is %d, which is negative."
                            .formatted(what, settings.intensity()),
                    "Write how many restarts are tolerated within the period; 0 for none.");
        }
        return new SupervisorDeclaration(
                type,
                name,
                settings.strategy(),
                new Tolerance(settings.intensity(), period),
                settings.supervisor(),
                settings.order());
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

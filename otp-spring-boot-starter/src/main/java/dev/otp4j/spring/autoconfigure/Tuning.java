/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.spring.autoconfigure.OtpProperties.ActorSettings;
import dev.otp4j.spring.autoconfigure.OtpProperties.FactorySettings;
import dev.otp4j.spring.autoconfigure.OtpProperties.SupervisorSettings;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Tolerance;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;

/**
 * What properties say about single actors, factories and supervisors. A value that is set overrides
 * the code. A key matches a name regardless of case and dashes, because environment variables
 * cannot express either. {@link TuningChecks} refuses keys that match no name.
 */
final class Tuning {
    private final Map<String, ActorSettings> actors;
    private final Map<String, FactorySettings> factories;
    private final Map<String, SupervisorSettings> supervisors;
    private final OtpProperties.Supervision properties;
    private final Set<String> replaced = new HashSet<>();

    Tuning(OtpProperties.Supervision properties) {
        this.properties = properties;
        actors = byName(properties.actors(), ActorSettings::or);
        factories = byName(properties.factories(), FactorySettings::or);
        supervisors = byName(properties.supervisors(), SupervisorSettings::or);
    }

    /**
     * Two keys can match the same name if their property sources write them differently. The first
     * one comes from the source of higher precedence.
     */
    private static <T> Map<String, T> byName(Map<String, T> settings, BinaryOperator<T> or) {
        var byName = new HashMap<String, T>();
        settings.forEach((name, value) -> byName.merge(uniform(name), value, or));
        return byName;
    }

    /** That actor is not in the tree, because something else has taken its place, as in a test. */
    void replaced(String actor) {
        replaced.add(actor);
    }

    /**
     * Checks the keys of the properties.
     *
     * @throws TreeDeclarationException if a key matches no name, or more than one
     */
    void check(List<DeclaredChild> children, Collection<SupervisorDeclaration> of) {
        TuningChecks.check(properties, children, replaced, of);
    }

    static String uniform(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }

    ActorSettings actor(String name) {
        return actors.getOrDefault(uniform(name), ActorSettings.NONE);
    }

    FactorySettings factory(String name) {
        return factories.getOrDefault(uniform(name), FactorySettings.NONE);
    }

    private SupervisorSettings supervisor(String name) {
        return supervisors.getOrDefault(uniform(name), SupervisorSettings.NONE);
    }

    /** The same actor, with the values that are set for it. */
    <S, M, D> ActorBuilder<S, M, D> applied(String name, ActorBuilder<S, M, D> to) {
        ActorSettings set = actor(name);
        ActorBuilder<S, M, D> tuned = to;
        if (set.initTimeout() != null) tuned = tuned.initTimeout(set.initTimeout());
        if (set.trapExits() != null) tuned = tuned.trapExits(set.trapExits());
        if (set.interruptOnKill() != null) tuned = tuned.interruptOnKill(set.interruptOnKill());
        if (set.chaining() != null) tuned = tuned.chaining(set.chaining());
        return tuned;
    }

    /** The same child, with the values that are set for the actor of that name. */
    <D> ChildSpecification<D> applied(String name, ChildSpecification<D> to) {
        ActorSettings set = actor(name);
        ChildSpecification<D> tuned = to;
        if (set.restart() != null) tuned = tuned.restart(set.restart());
        if (set.shutdown() != null) tuned = tuned.shutdown(Durations.shutdown(set.shutdown()));
        if (set.interruptOnKill() != null) tuned = tuned.interruptOnKill(set.interruptOnKill());
        return tuned;
    }

    /**
     * The same child of a {@code ChildSpecification} bean, with the values that are set for it.
     *
     * @throws TreeDeclarationException if a value is set that only the child's start function knows
     */
    <D> ChildSpecification<D> appliedToBean(String description, ChildSpecification<D> to) {
        ActorSettings set = actor(to.id());
        String unknown =
                set.initTimeout() != null
                        ? "init-timeout"
                        : set.trapExits() != null
                                ? "trap-exits"
                                : set.chaining() != null ? "chaining" : null;
        if (unknown == null) return applied(to.id(), to);
        throw new TreeDeclarationException(
                "The property 'otp.supervision.actors.%s.%s' cannot be applied: %s is a ChildSpecification, and its start function decides this."
                        .formatted(to.id(), unknown, description),
                "Remove the property, and set the value where the code builds the actor. For such a child properties can set 'restart', 'shutdown', 'interrupt-on-kill' and 'stuck-after'.");
    }

    /** The same factory, with the values that are set for it. */
    <A, D> FactorySupervisor.Builder<A, D> applied(
            String name, FactorySupervisor.Builder<A, D> to) {
        FactorySettings set = factory(name);
        FactorySupervisor.Builder<A, D> tuned = to;
        if (set.restart() != null) tuned = tuned.restart(set.restart());
        if (set.shutdown() != null) tuned = tuned.shutdown(Durations.shutdown(set.shutdown()));
        if (set.maxChildren() != null) tuned = tuned.maxChildren(set.maxChildren());
        if (set.intensity() == null && set.period() == null) return tuned;
        Tolerance own = to.restartTolerance();
        return tuned.restartTolerance(
                set.intensity() == null ? own.intensity() : set.intensity(),
                set.period() == null ? own.period() : set.period());
    }

    /** The tolerance of a supervisor. */
    Tolerance tolerance(SupervisorDeclaration of) {
        SupervisorSettings set = supervisor(of.name());
        Tolerance own = of.tolerance();
        return new Tolerance(
                set.intensity() == null ? own.intensity() : set.intensity(),
                set.period() == null ? own.period() : set.period());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.spring.autoconfigure.TuningProperties.Actor;
import dev.otp4j.spring.autoconfigure.TuningProperties.Factory;
import dev.otp4j.spring.autoconfigure.TuningProperties.Supervisor;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.KeyedFactory;
import dev.otp4j.supervisor.Shutdown;
import dev.otp4j.supervisor.Tolerance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What properties say about single actors, factories and supervisors. A value that is set overrides
 * the code. A key matches a name regardless of case, dashes and underscores, as in Spring Boot's
 * relaxed binding. {@link TuningChecks} refuses keys that match no name.
 */
final class Tuning {
    private final ByName<Actor> actors;
    private final ByName<Factory> factories;
    private final ByName<Supervisor> supervisors;
    private final OtpProperties.Supervision properties;
    private final @Nullable ConcurrencyLimits limits;
    private final Set<String> replaced = new HashSet<>();

    /**
     * @param limits the limits that settings may name; null if no limit is asked for
     */
    Tuning(OtpProperties.Supervision properties, @Nullable ConcurrencyLimits limits) {
        this.properties = properties;
        this.limits = limits;
        actors = new ByName<>(properties.actors());
        factories = new ByName<>(properties.factories());
        supervisors = new ByName<>(properties.supervisors());
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
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** How long a handler of that actor or factory may be busy; null if that is not set. */
    @Nullable Duration stuckAfter(String name) {
        Duration ofActor = actors.get(name, Actor::stuckAfter);
        return ofActor == null ? factories.get(name, Factory::stuckAfter) : ofActor;
    }

    /**
     * What becomes of the messages of that actor at its end, if nothing is set: {@code declared}.
     */
    @Nullable MailboxRetention retained(String name, @Nullable MailboxRetention declared) {
        String own = actors.get(name, Actor::retained);
        return own == null ? declared : Retentions.parse(own);
    }

    /** The same actor, with the values that are set for it. */
    <S, M, D> ActorBuilder<S, M, D> applied(String name, ActorBuilder<S, M, D> to) {
        var tuned = with(to, actors.get(name, Actor::initTimeout), ActorBuilder::initTimeout);
        tuned = with(tuned, actors.get(name, Actor::trapExits), ActorBuilder::trapExits);
        tuned =
                with(
                        tuned,
                        actors.get(name, Actor::interruptOnKill),
                        ActorBuilder::interruptOnKill);
        tuned = with(tuned, actors.get(name, Actor::chaining), ActorBuilder::chaining);
        String mailbox = actors.get(name, Actor::mailbox);
        if (mailbox != null) tuned = tuned.mailbox(MailboxLimits.parse(mailbox));
        tuned = with(tuned, actors.get(name, Actor::idleTimeout), ActorBuilder::idleTimeout);
        tuned = with(tuned, actors.get(name, Actor::batches), ActorBuilder::batches);
        tuned =
                with(
                        tuned,
                        actors.get(name, Actor::dropExpiredCalls),
                        ActorBuilder::dropExpiredCalls);
        return with(
                tuned, actors.get(name, Actor::failCircularCalls), ActorBuilder::failCircularCalls);
    }

    /** The same child, with the values that are set for the actor of that name. */
    <D> ChildSpecification<D> applied(String name, ChildSpecification<D> to) {
        var tuned = with(to, actors.get(name, Actor::restart), ChildSpecification::restart);
        tuned =
                with(
                        tuned,
                        shutdown(actors.get(name, Actor::shutdown)),
                        ChildSpecification::shutdown);
        tuned =
                with(
                        tuned,
                        actors.get(name, Actor::awaitThreadOnKill),
                        ChildSpecification::awaitThreadOnKill);
        Backoff delays =
                Delays.of(
                        "otp.supervision.actors." + name + ".backoff",
                        delays(actors, name, Actor::backoff),
                        to.backoff().orElse(null));
        tuned = with(tuned, delays, ChildSpecification::backoff);
        tuned =
                with(
                        tuned,
                        limit("actors", name, actors.get(name, Actor::concurrency)),
                        ChildSpecification::concurrency);
        return with(
                tuned,
                actors.get(name, Actor::interruptOnKill),
                ChildSpecification::interruptOnKill);
    }

    /** What is set of the back-off of that name. */
    private static <T> TuningProperties.Delays delays(
            ByName<T> all, String name, Setting<T, TuningProperties.Delays> backoff) {
        return new TuningProperties.Delays(
                all.get(name, of(backoff, TuningProperties.Delays::first)),
                all.get(name, of(backoff, TuningProperties.Delays::longest)),
                all.get(name, of(backoff, TuningProperties.Delays::factor)),
                all.get(name, of(backoff, TuningProperties.Delays::jitter)),
                all.get(name, of(backoff, TuningProperties.Delays::resetAfter)),
                all.get(name, of(backoff, TuningProperties.Delays::callsFailFast)));
    }

    private static <T, G, V> Setting<T, V> of(Setting<T, G> group, Setting<G, V> setting) {
        return settings -> {
            G found = group.of(settings);
            return found == null ? null : setting.of(found);
        };
    }

    /**
     * The same child of a {@code ChildSpecification} bean, with the values that are set for it.
     *
     * @throws TreeDeclarationException if a value is set that only the child's start function knows
     */
    <D> ChildSpecification<D> appliedToBean(String description, ChildSpecification<D> to) {
        String unknown = ofTheStartFunction(to.id());
        if (unknown == null) return applied(to.id(), to);
        throw new TreeDeclarationException(
                "The property 'otp.supervision.actors.%s.%s' cannot be applied: %s is a ChildSpecification, and its start function decides this."
                        .formatted(to.id(), unknown, description),
                "Remove the property, and set the value where the code builds the actor. For such a child properties can set 'restart', 'shutdown', 'interrupt-on-kill', 'stuck-after', 'backoff', 'await-thread-on-kill' and 'concurrency'.");
    }

    /**
     * A setting of that actor that only the code which starts it can apply; null if none is set.
     */
    private @Nullable String ofTheStartFunction(String name) {
        if (actors.get(name, Actor::initTimeout) != null) return "init-timeout";
        if (actors.get(name, Actor::trapExits) != null) return "trap-exits";
        if (actors.get(name, Actor::chaining) != null) return "chaining";
        if (actors.get(name, Actor::mailbox) != null) return "mailbox";
        if (actors.get(name, Actor::idleTimeout) != null) return "idle-timeout";
        if (actors.get(name, Actor::batches) != null) return "batches";
        if (actors.get(name, Actor::dropExpiredCalls) != null) return "drop-expired-calls";
        if (actors.get(name, Actor::retained) != null) return "retained";
        return actors.get(name, Actor::failCircularCalls) != null ? "fail-circular-calls" : null;
    }

    /** The same factory, with the values that are set for it. */
    <A, D> FactorySupervisor.Builder<A, D> applied(
            String name, FactorySupervisor.Builder<A, D> to) {
        var tuned =
                with(to, factories.get(name, Factory::restart), FactorySupervisor.Builder::restart);
        @Nullable Shutdown shutdown = shutdown(factories.get(name, Factory::shutdown));
        tuned = with(tuned, shutdown, FactorySupervisor.Builder::shutdown);
        tuned =
                with(
                        tuned,
                        factories.get(name, Factory::maxChildren),
                        FactorySupervisor.Builder::maxChildren);
        tuned =
                with(
                        tuned,
                        factories.get(name, Factory::awaitThreadOnKill),
                        FactorySupervisor.Builder::awaitThreadOnKill);
        Backoff delays =
                Delays.of(
                        "otp.supervision.factories." + name + ".backoff",
                        delays(factories, name, Factory::backoff),
                        to.backoff().orElse(null));
        tuned = with(tuned, delays, FactorySupervisor.Builder::backoff);
        tuned =
                with(
                        tuned,
                        limit("factories", name, factories.get(name, Factory::concurrency)),
                        FactorySupervisor.Builder::concurrency);
        Tolerance tolerance =
                tolerance(
                        to.restartTolerance(),
                        factories.get(name, Factory::intensity),
                        factories.get(name, Factory::period));
        return tuned.restartTolerance(tolerance.intensity(), tolerance.period());
    }

    /** The same keyed factory, with the values that are set for it. */
    <K, M> KeyedFactory.Builder<K, M> applied(String name, KeyedFactory.Builder<K, M> to) {
        var tuned =
                new KeyedTuning(
                                new OfFactory(factories, name),
                                delays(factories, name, Factory::backoff),
                                name)
                        .applied(to);
        return with(
                tuned,
                limit("factories", name, factories.get(name, Factory::concurrency)),
                KeyedFactory.Builder::concurrency);
    }

    /**
     * Refuses settings for the keys of a factory that has none.
     *
     * @throws TreeDeclarationException if one is set
     */
    void refuseKeyed(FactoryDeclaration factory) {
        String setting = KeyedTuning.first(new OfFactory(factories, factory.name()));
        if (setting == null) return;
        throw new TreeDeclarationException(
                "The property 'otp.supervision.factories.%s.%s' cannot be applied: %s is a FactorySupervisor, whose children have no keys."
                        .formatted(factory.name(), setting, factory.description()),
                "Remove the property, or declare the factory with a KeyedFactory.Builder.");
    }

    /** The tolerance of a supervisor. */
    Tolerance tolerance(SupervisorDeclaration of) {
        return tolerance(
                of.tolerance(),
                supervisors.get(of.name(), Supervisor::intensity),
                supervisors.get(of.name(), Supervisor::period));
    }

    /** The concurrency limit of all actors below a supervisor; null if it has none. */
    @Nullable ConcurrencyLimit concurrency(SupervisorDeclaration of) {
        ConcurrencyLimit set =
                limit(
                        "supervisors",
                        of.name(),
                        supervisors.get(of.name(), Supervisor::concurrency));
        return set == null ? declared(of.concurrency(), of.description()) : set;
    }

    /** The concurrency limit that an attribute names; null if it names none. */
    @Nullable ConcurrencyLimit declared(String text, String of) {
        return named(text, "The attribute 'concurrency' of " + of);
    }

    private @Nullable ConcurrencyLimit limit(String group, String name, @Nullable String text) {
        if (text == null) return null;
        return named(
                text, "The property 'otp.supervision.%s.%s.concurrency'".formatted(group, name));
    }

    private @Nullable ConcurrencyLimit named(String text, String setting) {
        return Objects.requireNonNull(limits).named(text, setting);
    }

    static Tolerance tolerance(
            Tolerance own, @Nullable Integer intensity, @Nullable Duration period) {
        return new Tolerance(
                Objects.requireNonNullElse(intensity, own.intensity()),
                Objects.requireNonNullElse(period, own.period()));
    }

    static @Nullable Shutdown shutdown(@Nullable String text) {
        return text == null ? null : Durations.shutdown(text);
    }

    static <T, V> T with(T to, @Nullable V value, BiFunction<T, V, T> setter) {
        return value == null ? to : setter.apply(to, value);
    }

    /**
     * Settings by name. Two keys can match the same name if their property sources write them
     * differently. The first one comes from the source of higher precedence.
     */
    private static final class ByName<T> {
        private final Map<String, List<T>> settings = new HashMap<>();

        ByName(Map<String, T> properties) {
            properties.forEach(
                    (key, set) ->
                            settings.computeIfAbsent(uniform(key), first -> new ArrayList<>())
                                    .add(set));
        }

        /** The first value that is set for that name; null if none is. */
        <V> @Nullable V get(String name, Setting<T, V> setting) {
            for (T set : settings.getOrDefault(uniform(name), List.of())) {
                V value = setting.of(set);
                if (value != null) return value;
            }
            return null;
        }
    }

    /** The values that are set for one factory. */
    private record OfFactory(ByName<Factory> all, String name) implements KeyedTuning.Values {
        @Override
        public <V> @Nullable V get(Setting<Factory, V> setting) {
            return all.get(name, setting);
        }
    }

    /** One of the values that can be set. */
    interface Setting<T, V> {
        @Nullable V of(T settings);
    }
}

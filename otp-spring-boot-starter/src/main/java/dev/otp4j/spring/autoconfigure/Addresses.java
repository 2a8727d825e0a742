/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.StartFailures;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.spring.ChildCustomizer;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.KeyedFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/**
 * The names of actors and factories: one name for each, for the life of the context. What happens
 * to a message while no process holds the name depends only on the state of the system at that
 * moment, not on what started or stopped the system.
 */
final class Addresses {
    private final BeanFactory beans;
    private final OtpSystem system;
    private final StartFailures failures;
    private final int hold;
    private final Tuning tuning;
    private final Vacancy restarting;
    private final Object lock = new Object();
    private final Map<String, Name<?>> names = new TreeMap<>(); // those of factories included
    private final Map<String, FactoryName<?, ?>> factories = new TreeMap<>();
    private final Map<String, KeyedFactory<?, ?>> keyed = new TreeMap<>();
    private final Set<String> made = ConcurrentHashMap.newKeySet(); // subjects that are beans
    private volatile @Nullable Vacancy closed; // null until the context is closed
    private volatile StartOrder order = new StartOrder();
    private volatile List<ChildCustomizer> customizers = List.of();

    /**
     * @param hold how many messages a name keeps while it has no process
     * @param tuning what properties say about keyed factories
     */
    Addresses(
            BeanFactory beans, OtpSystem system, StartFailures failures, int hold, Tuning tuning) {
        this.beans = beans;
        this.system = system;
        this.failures = failures;
        this.hold = hold;
        this.tuning = tuning;
        this.restarting = Vacancy.holding(hold);
    }

    private Vacancy vacancyNow(String child) {
        return switch (system.state()) {
            case STOPPED, STARTING, STOPPING -> notRunning(child);
            case RUNNING -> customized(child);
            case GAVE_UP -> Vacancy.failing(Texts.gaveUp(system));
        };
    }

    private Vacancy customized(String child) {
        for (ChildCustomizer customizer : customizers) {
            Optional<Vacancy> vacancy = customizer.vacancy(child);
            if (vacancy.isPresent()) return vacancy.get();
        }
        return failures.isEmpty() ? restarting : degraded(child);
    }

    /** Sends to a child that could not be started wait until it is, calls fail. */
    private Vacancy degraded(String child) {
        return order.path(child)
                .flatMap(failures::of)
                .map(failure -> Vacancy.holdingSends(hold, () -> Texts.notStarted(child, failure)))
                .orElse(restarting);
    }

    /** Creates the bean of an actor's subject. Called by Spring. */
    Subject<?> subject(String actor) {
        made.add(actor);
        return name(actor).subject();
    }

    /** Whether Spring has created the bean of an actor's subject here. */
    boolean hasMade(String subject) {
        return made.contains(subject);
    }

    /** Creates the bean of a factory's handle. Called by Spring. */
    FactorySupervisor<?, ?> factory(String factory) {
        return handle(builder(new FactoryDeclaration(factory)));
    }

    private static <A, D> FactorySupervisor<A, D> handle(FactorySupervisor.Builder<A, D> builder) {
        return builder.name()
                .map(FactorySupervisor::byName)
                .orElseThrow(() -> new IllegalStateException("factory has no name: " + builder));
    }

    /**
     * The builder of a factory. It keeps the name that the application gave it, or else gets one.
     */
    FactorySupervisor.Builder<?, ?> builder(FactoryDeclaration factory) {
        FactorySupervisor.Builder<?, ?> builder =
                ChildBeans.get(beans, factory.beanName(), FactorySupervisor.Builder.class);
        return named(builder, factory.name());
    }

    private <A, D> FactorySupervisor.Builder<A, D> named(
            FactorySupervisor.Builder<A, D> builder, String name) {
        return builder.name().isPresent() ? builder : builder.named(factoryName(name));
    }

    /** Creates the bean of a keyed factory, and finds it. Called by Spring. */
    KeyedFactory<?, ?> keyedFactory(String factory) {
        return keyed(new FactoryDeclaration(factory));
    }

    /** The keyed factory that a builder declares: one for the life of the context. */
    KeyedFactory<?, ?> keyed(FactoryDeclaration factory) {
        KeyedFactory.Builder<?, ?> builder =
                ChildBeans.get(beans, factory.beanName(), KeyedFactory.Builder.class);
        synchronized (lock) {
            return keyed.computeIfAbsent(factory.name(), name -> keyed(factory, builder));
        }
    }

    private <K, M> KeyedFactory<K, M> keyed(
            FactoryDeclaration factory, KeyedFactory.Builder<K, M> builder) {
        String name = factory.name();
        Vacancy now = Vacancy.varying(() -> closed == null ? vacancyNow(name) : closed);
        KeyedFactory.Builder<K, M> tuned = tuning.applied(name, builder);
        if (tuned.whileVacant().isEmpty()) tuned = tuned.whileVacant(now);
        try {
            return tuned.runtime(system.runtime()).named(name).whileDown(now).build();
        } catch (IllegalArgumentException contradiction) {
            throw new TreeDeclarationException(
                    "The %s cannot be made: %s."
                            .formatted(factory.description(), contradiction.getMessage()),
                    "Change the settings of its builder, or the properties 'otp.supervision.factories.%s'."
                            .formatted(name));
        }
    }

    /** The name of an actor. The caller is responsible for the message type. */
    @SuppressWarnings("unchecked")
    <M> Name<M> name(String child) {
        synchronized (lock) {
            return (Name<M>) names.computeIfAbsent(child, this::create);
        }
    }

    private Name<?> create(String child) {
        return vacant(child, Name.create(system.runtime(), child));
    }

    @SuppressWarnings("unchecked") // asked for by the one builder of that factory
    private <A, D> FactoryName<A, D> factoryName(String child) {
        synchronized (lock) {
            return (FactoryName<A, D>) factories.computeIfAbsent(child, this::createForFactory);
        }
    }

    private FactoryName<?, ?> createForFactory(String child) {
        FactoryName<?, ?> name = FactoryName.create(system.runtime(), child);
        names.put(child, vacant(child, name.name()));
        return name;
    }

    private Name<?> vacant(String child, Name<?> name) {
        name.whileVacant(closed != null ? closed : vacancyOf(child));
        return name;
    }

    /** What the name of a child does while it has no process, until the context is closed. */
    Vacancy vacancyOf(String child) {
        return Vacancy.varying(() -> vacancyNow(child));
    }

    /**
     * Marks the context as closed: from now on sends and calls fail, even if the system is started
     * again.
     */
    void close() {
        Vacancy now = Vacancy.failing(Texts.closed(system));
        List<Name<?>> all;
        synchronized (lock) {
            closed = now;
            all = List.copyOf(names.values());
        }
        all.forEach(name -> name.whileVacant(now));
    }

    /**
     * Sends wait, calls fail. If an initialiser calls a child that starts later, the text names the
     * start order; otherwise it says that the tree does not run.
     */
    private Vacancy notRunning(String child) {
        return Vacancy.holdingSends(
                hold, () -> order.tooEarly(caller(), child).orElseGet(() -> notRunningText()));
    }

    private String notRunningText() {
        return failures.tree()
                .map(why -> Texts.notStarted(system, why))
                .orElseGet(() -> Texts.notRunning(system));
    }

    private static @Nullable String caller() {
        Pid self = Processes.selfOrNull();
        return self == null ? null : ProcessInfo.pathOf(self).orElse(null);
    }

    /**
     * Sets the start order of the tree that is started next, and what it asks about a child without
     * a process.
     */
    void startingIn(StartOrder next, List<ChildCustomizer> asked) {
        order = next;
        customizers = asked;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.ChildCustomizer;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.KeyedFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Finds the children that the application's beans declare: actors, specifications, factories. */
final class DeclaredChildren {
    private final ConfigurableListableBeanFactory beans;
    private final ActorBeans objects;
    private final Addresses addresses;
    private final StartProgress progress;
    private final Duration initTimeout;
    private final Tuning tuning;
    private final List<ChildCustomizer> customizers;

    DeclaredChildren(
            ConfigurableListableBeanFactory beans,
            ActorBeans objects,
            Addresses addresses,
            StartProgress progress,
            Duration initTimeout,
            Tuning tuning,
            List<ChildCustomizer> customizers) {
        this.beans = beans;
        this.objects = objects;
        this.addresses = addresses;
        this.progress = progress;
        this.initTimeout = initTimeout;
        this.tuning = tuning;
        this.customizers = customizers;
    }

    List<DeclaredChild> find() {
        var found = new ArrayList<DeclaredChild>();
        for (String bean : ActorForm.beans(beans)) {
            Class<?> type = ActorForm.userClass(beans, bean);
            if (type == null || !ActorDeclaration.isDeclared(type)) continue;
            ActorDeclaration actor = ActorDeclaration.of(bean, type);
            if (isReplaced(actor.name())) tuning.replaced(actor.name());
            else found.add(actor(bean, actor));
        }
        for (String bean : beans.getBeanNamesForType(ChildSpecification.class)) {
            ChildSpecification<?> child = ChildBeans.get(beans, bean, ChildSpecification.class);
            String description = "child '%s' (bean '%s')".formatted(child.id(), bean);
            found.add(placed(bean, description, tuning.appliedToBean(description, child), false));
        }
        for (String bean : beans.getBeanNamesForType(FactorySupervisor.Builder.class)) {
            FactoryDeclaration factory = FactoryDeclaration.of(bean);
            tuning.refuseKeyed(factory);
            var child = tuned(factory).supervised(factory.name());
            found.add(placed(bean, factory.description(), child, true));
        }
        for (String bean : beans.getBeanNamesForType(KeyedFactory.Builder.class)) {
            FactoryDeclaration factory = FactoryDeclaration.of(bean);
            var child = addresses.keyed(factory).supervised(factory.name());
            found.add(placed(bean, factory.description(), child, true));
        }
        return found;
    }

    private FactorySupervisor.Builder<?, ?> tuned(FactoryDeclaration factory) {
        return tuning.applied(factory.name(), addresses.builder(factory));
    }

    /**
     * Whether something else has taken the place of an actor's subject, such as
     * {@code @MockitoBean} in a test: the bean is there, but it was not made here. A subject that
     * is spied on, or wrapped by a post-processor, was made here.
     */
    private boolean isReplaced(String subject) {
        return beans.containsSingleton(subject) && !addresses.hasMade(subject);
    }

    private DeclaredChild placed(
            String bean, String description, ChildSpecification<?> declared, boolean injected) {
        ChildSpecification<?> child =
                customized(new ChildCustomizer.DeclaredBean(bean, declared, null, null));
        ChildOf place = beans.findAnnotationOnBean(bean, ChildOf.class);
        return place == null
                ? new DeclaredChild(SupervisorDeclaration.ROOT, 0, description, child, injected)
                : new DeclaredChild(
                        place.supervisor(), place.order(), description, child, injected);
    }

    private ChildSpecification<?> customized(ChildCustomizer.DeclaredBean declared) {
        ChildCustomizer.DeclaredBean child = declared;
        for (ChildCustomizer customizer : customizers) {
            ChildSpecification<?> changed = customizer.customize(child);
            String id = declared.specification().id();
            if (!changed.id().equals(id)) {
                throw new TreeDeclarationException(
                        "A %s has given the child '%s' the id '%s'."
                                .formatted(customizer.getClass().getName(), id, changed.id()),
                        "Return a specification with the id of the one that is given.");
            }
            child =
                    new ChildCustomizer.DeclaredBean(
                            child.bean(), changed, child.name(), child.vacancy());
        }
        return child.specification();
    }

    private DeclaredChild actor(String bean, ActorDeclaration actor) {
        SupervisedActor settings = actor.settings();
        MailboxRetention retention = tuning.retained(actor.name(), retained(actor));
        ActorBuilder<?, Object, Subject<Object>> builder = builder(actor).retained(retention);
        ChildSpecification<?> child =
                ChildSpecification.worker(
                                actor.name(),
                                () -> progress.starting(actor.description(), builder::start))
                        .declaredBy(actor.type())
                        .restart(settings.restart())
                        .shutdown(
                                Durations.shutdown(
                                        resolved(settings.shutdown(), "shutdown", actor),
                                        actor.description()))
                        .awaitThreadOnKill(
                                Durations.notNegative(
                                        resolved(
                                                settings.awaitThreadOnKill(),
                                                "awaitThreadOnKill",
                                                actor),
                                        "awaitThreadOnKill",
                                        actor.description()));
        ChildSpecification<?> tuned =
                tuning.applied(actor.name(), limited(delayed(child, actor), actor));
        Retentions.check(retention, tuned.restart(), actor.description());
        return new DeclaredChild(
                settings.supervisor(),
                settings.order(),
                actor.description(),
                customized(
                        new ChildCustomizer.DeclaredBean(
                                bean,
                                tuned,
                                addresses.name(actor.name()),
                                addresses.vacancyOf(actor.name()))),
                true);
    }

    private <D> ChildSpecification<D> delayed(ChildSpecification<D> child, ActorDeclaration of) {
        Backoff backoff =
                Delays.of(of.settings().backoff(), text -> resolved(text, "backoff", of), of);
        return backoff == null ? child : child.backoff(backoff);
    }

    private <D> ChildSpecification<D> limited(ChildSpecification<D> child, ActorDeclaration of) {
        String text = resolved(of.settings().concurrency(), "concurrency", of);
        ConcurrencyLimit limit = tuning.declared(text, of.description());
        return limit == null ? child : child.concurrency(limit);
    }

    private <M> ActorBuilder<?, M, Subject<M>> builder(ActorDeclaration actor) {
        ActorBuilder<?, M, Subject<M>> declared =
                objects.<M>builder(actor)
                        .named(addresses.name(actor.name()))
                        .initTimeout(initTimeout(actor))
                        .interruptOnKill(actor.settings().interruptOnKill())
                        .chaining(actor.settings().chaining())
                        .mailbox(mailbox(actor))
                        .batches(batches(actor))
                        .dropExpiredCalls(actor.settings().dropExpiredCalls())
                        .failCircularCalls(actor.settings().failCircularCalls())
                        .trapExits(actor.settings().trapExits());
        String idle = resolved(actor.settings().idleTimeout(), "idleTimeout", actor);
        if (!idle.isEmpty()) {
            declared =
                    declared.idleTimeout(
                            Durations.positive(idle, "idleTimeout", actor.description()));
        }
        return tuning.applied(actor.name(), declared);
    }

    private @Nullable MailboxLimit mailbox(ActorDeclaration actor) {
        String text = resolved(actor.settings().mailbox(), "mailbox", actor);
        return MailboxLimits.parse(text, actor.description());
    }

    private @Nullable MailboxRetention retained(ActorDeclaration actor) {
        String text = resolved(actor.settings().retained(), "retained", actor);
        return Retentions.parse(text, actor.description());
    }

    private static int batches(ActorDeclaration actor) {
        int most = actor.settings().batches();
        if (most > 0) return most;
        throw new TreeDeclarationException(
                "The attribute 'batches' of %s must be positive: %d."
                        .formatted(actor.description(), most),
                "Set 'batches' to the largest number of messages that the actor is to get at once; 1 is the default.");
    }

    private Duration initTimeout(ActorDeclaration actor) {
        String own = resolved(actor.settings().initTimeout(), "initTimeout", actor);
        if (own.isEmpty()) return initTimeout;
        return Durations.positive(own, "initTimeout", actor.description());
    }

    private String resolved(String text, String attribute, ActorDeclaration of) {
        return new Placeholders(beans).resolve(text, attribute, of.description());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.Subject;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Explains a failed injection of an actor's class, of a subject that does not exist, or of one of
 * several subjects.
 */
final class SubjectInjectionFailureAnalyzer
        extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> implements Ordered {
    private final BeanFactory beans;
    private final Environment environment;

    SubjectInjectionFailureAnalyzer(BeanFactory beans, Environment environment) {
        this.beans = beans;
        this.environment = environment;
    }

    /** Comes before Boot's own analyzer, which does not know actors. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(
            Throwable rootFailure,
            NoSuchBeanDefinitionException cause,
            @Nullable String description) {
        ResolvableType wanted = cause.getResolvableType();
        Class<?> type = wanted == null ? null : wanted.resolve();
        if (wanted == null || type == null) return null;
        String place = description == null ? "A bean" : description;
        if (cause instanceof NoUniqueBeanDefinitionException several) {
            return type == Subject.class ? several(rootFailure, several, wanted, place) : null;
        }
        if (type == Subject.class) return unknown(rootFailure, wanted, place);
        ActorForm form = ActorForm.of(type);
        return form != null && ActorDeclaration.isDeclared(type)
                ? actorClass(rootFailure, type, form, place)
                : null;
    }

    private FailureAnalysis several(
            Throwable failure,
            NoUniqueBeanDefinitionException cause,
            ResolvableType wanted,
            String place) {
        Collection<String> names = cause.getBeanNamesFound();
        Collection<String> found = names == null ? List.of() : names;
        String example = found.isEmpty() ? "name" : found.iterator().next();
        return new FailureAnalysis(
                "%s requires a single %s, but several actors accept these messages:%s"
                        .formatted(place, wanted, listed(found)),
                "Name the parameter after the actor, as in 'Subject<…> %s', or add @Qualifier(\"%s\")."
                        .formatted(example, example),
                failure);
    }

    private FailureAnalysis unknown(Throwable failure, ResolvableType wanted, String place) {
        ActorHint hint =
                beans instanceof ConfigurableListableBeanFactory factory
                        ? ActorHint.find(factory, environment, wanted)
                        : null;
        if (hint != null) {
            return new FailureAnalysis(
                    "%s requires a %s. %s".formatted(place, wanted, hint.text()),
                    hint.action(),
                    failure);
        }
        List<String> subjects =
                beans instanceof ConfigurableListableBeanFactory factory
                        ? List.of(factory.getBeanNamesForType(Subject.class, true, false))
                        : List.of();
        return new FailureAnalysis(
                "%s requires a %s, but no actor accepts these messages. The available subjects are:%s"
                        .formatted(place, wanted, subjects.isEmpty() ? " none" : listed(subjects)),
                "Annotate the actor's class with @SupervisedActor, in a package that is scanned for components, and"
                        + " inject a Subject of exactly the actor's message type.",
                failure);
    }

    private static FailureAnalysis actorClass(
            Throwable failure, Class<?> type, ActorForm form, String place) {
        ResolvableType messages = form.messages(type);
        return new FailureAnalysis(
                "%s requires the actor %s itself, but actors cannot be injected: each start and restart creates a new object."
                        .formatted(place, type.getName()),
                "Inject 'Subject<%s>' instead, and send messages to it.".formatted(messages),
                failure);
    }

    private String listed(Collection<String> names) {
        return names.stream()
                .sorted()
                .map(name -> "%n  - %s%s".formatted(name, described(name)))
                .collect(Collectors.joining());
    }

    private String described(String bean) {
        if (!(beans instanceof ConfigurableListableBeanFactory factory)) return "";
        if (!factory.containsBeanDefinition(bean)) return "";
        var definition = factory.getBeanDefinition(bean);
        String from = definition.getResourceDescription();
        return ": " + definition.getResolvableType() + (from == null ? "" : ", " + from);
    }
}

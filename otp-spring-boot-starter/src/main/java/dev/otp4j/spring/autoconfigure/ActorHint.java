/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Why there is no subject for messages of a type, if a class or a subject shows what was meant.
 *
 * @param text what was found
 * @param action what to do
 */
record ActorHint(String text, String action) {

    /** Looks for an actor or a subject that was meant, or returns null. */
    static @Nullable ActorHint find(
            ConfigurableListableBeanFactory beans, Environment environment, ResolvableType wanted) {
        ResolvableType messages = wanted.as(Subject.class).getGeneric(0);
        Class<?> type = messages.resolve();
        if (type == null) return null;
        ActorHint subject = otherSubject(beans, messages, type);
        if (subject != null) return subject;
        Set<String> packages = ScannedPackages.of(beans, environment);
        for (Class<?> actor : candidates(beans, type, environment, packages)) {
            ActorForm form = ActorForm.of(actor);
            if (form == null || actor.isInterface()) continue;
            if (form.messages(actor).toString().equals(messages.toString()))
                return notDeclared(beans, actor, packages);
        }
        return null;
    }

    /** A subject of the same messages under another name, or of more general messages. */
    private static @Nullable ActorHint otherSubject(
            ConfigurableListableBeanFactory beans, ResolvableType messages, Class<?> type) {
        for (String bean : beans.getBeanNamesForType(Subject.class, true, false)) {
            if (!beans.containsBeanDefinition(bean)) continue;
            ResolvableType subject = beans.getMergedBeanDefinition(bean).getResolvableType();
            ResolvableType accepted = subject.as(Subject.class).getGeneric(0);
            if (accepted.toString().equals(messages.toString())) {
                return new ActorHint(
                        "The actor '%s' accepts these messages, but the qualifiers of the injection point do not match it."
                                .formatted(bean),
                        "Correct the qualifier, as in @Qualifier(\"%s\"), or remove it."
                                .formatted(bean));
            }
            Class<?> general = accepted.resolve(Object.class);
            if (general != Object.class && general.isAssignableFrom(type)) {
                return new ActorHint(
                        "The actor '%s' accepts %s, which includes %s."
                                .formatted(bean, accepted, messages),
                        "Inject '%s' instead.".formatted(written(accepted)));
            }
        }
        return null;
    }

    private static String written(ResolvableType messages) {
        return "Subject<" + messages + ">";
    }

    private static Set<Class<?>> candidates(
            ConfigurableListableBeanFactory beans,
            Class<?> messages,
            Environment environment,
            Set<String> packages) {
        var found = new LinkedHashSet<Class<?>>();
        for (String bean : ActorForm.beans(beans)) {
            Class<?> type = ActorForm.userClass(beans, bean);
            if (type != null) found.add(type);
        }
        // an actor's messages are often nested in its class
        for (Class<?> around = messages; around != null; around = around.getDeclaringClass()) {
            found.add(around);
        }
        ClassLoader loader = beans.getBeanClassLoader();
        var scan = new Scan(environment);
        for (String scanned : packages) {
            for (BeanDefinition actor : scan.findCandidateComponents(scanned)) {
                String name = String.valueOf(actor.getBeanClassName());
                if (ClassUtils.isPresent(name, loader))
                    found.add(ClassUtils.resolveClassName(name, loader));
            }
        }
        return found;
    }

    private static ActorHint notDeclared(
            ConfigurableListableBeanFactory beans, Class<?> actor, Set<String> packages) {
        String name = actor.getName();
        boolean bean = beans.getBeanNamesForType(actor, true, false).length > 0;
        if (!ActorDeclaration.isDeclared(actor)) {
            return new ActorHint(
                    "The class %s is an actor for these messages, but it is not annotated with @SupervisedActor%s"
                            .formatted(
                                    name,
                                    bean ? ". It is a bean, but no supervisor starts it." : "."),
                    bean
                            ? "Annotate %s with @SupervisedActor instead of its present annotation."
                                    .formatted(name)
                            : "Annotate %s with @SupervisedActor.".formatted(name));
        }
        return new ActorHint(
                "The class %s is an actor for these messages and annotated with @SupervisedActor, but it is not a bean: no component scan has found it, or one of its conditions or profiles excludes it. The scanned packages are: %s."
                        .formatted(name, packages.isEmpty() ? "none" : String.join(", ", packages)),
                "Move the class to one of these packages or below, or name it in @Import. If it has a @Profile or a condition, check that.");
    }

    /** Finds actor classes that no annotation makes a bean. */
    private static final class Scan extends ClassPathScanningCandidateComponentProvider {
        Scan(Environment environment) {
            super(false, environment);
            for (ActorForm form : ActorForm.values())
                addIncludeFilter(new AssignableTypeFilter(form.type()));
        }

        @Override
        protected boolean isCandidateComponent(AnnotatedBeanDefinition found) {
            return found.getMetadata().isConcrete()
                    && !found.getMetadata().hasAnnotation(SupervisedActor.class.getName());
        }
    }
}

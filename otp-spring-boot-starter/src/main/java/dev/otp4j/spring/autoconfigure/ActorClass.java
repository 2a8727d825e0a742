/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.Supervisor;
import dev.otp4j.spring.TreeDeclarationException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Checks a class that is annotated with {@code @SupervisedActor}: that objects of it can be
 * created, and that its annotations can take effect.
 */
final class ActorClass {
    /** Annotations whose proxy sees calls from outside the object only. */
    private static final List<String> NEED_A_PROXY =
            List.of(
                    "org.springframework.transaction.annotation.Transactional",
                    "jakarta.transaction.Transactional",
                    "org.springframework.validation.annotation.Validated",
                    "io.micrometer.observation.annotation.Observed",
                    "io.micrometer.core.annotation.Timed",
                    "io.micrometer.core.annotation.Counted",
                    "org.springframework.cache.annotation.Cacheable",
                    "org.springframework.cache.annotation.CachePut",
                    "org.springframework.cache.annotation.CacheEvict",
                    "org.springframework.resilience.annotation.Retryable",
                    "org.springframework.resilience.annotation.ConcurrencyLimit",
                    "org.springframework.retry.annotation.Retryable",
                    "org.springframework.security.access.prepost.PreAuthorize");

    private final String bean;
    private final Class<?> type;
    private final ActorForm form;

    ActorClass(String bean, Class<?> type) {
        this.bean = bean;
        this.type = type;
        ActorForm found = ActorForm.of(type);
        if (found == null) throw new IllegalArgumentException("no actor: " + type.getName());
        this.form = found;
    }

    /**
     * Throws if a check fails.
     *
     * @param constructed whether Spring calls a constructor of the class, not a method of the
     *     application
     */
    void check(boolean constructed) {
        if (constructed) instantiable();
        oneForm();
        noSupervisor();
        noInheritedTransaction();
        MethodIntrospector.selectMethods(type, this::unreachable).forEach(this::refuseUnreachable);
    }

    private void instantiable() {
        if (type.isEnum()) {
            throw new TreeDeclarationException(
                    "%s is annotated with @SupervisedActor, but it is an enum, so no new object can be created at each start."
                            .formatted(type.getName()),
                    "Make '%s' a class.".formatted(type.getSimpleName()));
        }
        if (Modifier.isAbstract(type.getModifiers()))
            throw SkippedActors.isAbstract(type.getName());
        if (ClassUtils.isInnerClass(type)) throw SkippedActors.isInner(type.getName());
    }

    private void oneForm() {
        for (ActorForm other : ActorForm.values()) {
            if (other == form || !other.type().isAssignableFrom(type)) continue;
            throw new TreeDeclarationException(
                    "%s implements both %s and %s, so it is not clear which of them handles the messages."
                            .formatted(
                                    type.getName(),
                                    form.type().getSimpleName(),
                                    other.type().getSimpleName()),
                    "Implement StatefulActor to keep the state in fields, or Actor to return it from each handler.");
        }
    }

    private void noSupervisor() {
        if (!type.isAnnotationPresent(Supervisor.class)) return;
        throw new TreeDeclarationException(
                "%s is annotated with both @SupervisedActor and @Supervisor, but a supervisor handles no messages."
                        .formatted(type.getName()),
                "Move @Supervisor to a class of its own without content, and set 'supervisor' of @SupervisedActor to that class.");
    }

    /** Spring applies the annotation of a class only to the methods that the class declares. */
    private void noInheritedTransaction() {
        if (!isTransactional(type)) return;
        for (Method method : type.getMethods()) {
            if (method.isBridge() || Modifier.isAbstract(method.getModifiers())) continue;
            if (!form.handles(method)) continue;
            Class<?> declaring = method.getDeclaringClass();
            if (declaring == type || isTransactional(declaring) || isTransactional(method))
                continue;
            throw new TreeDeclarationException(
                    "%s is annotated with @Transactional, but it inherits '%s' from %s, and Spring does not apply the annotation to inherited methods: the annotation would have no effect."
                            .formatted(type.getName(), method.getName(), declaring.getName()),
                    "Override '%s' in %s, or annotate %s with @Transactional."
                            .formatted(
                                    method.getName(),
                                    type.getSimpleName(),
                                    declaring.getSimpleName()));
        }
    }

    private static boolean isTransactional(AnnotatedElement element) {
        return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY)
                .isPresent(NEED_A_PROXY.getFirst());
    }

    /** The annotation that has no effect on a method, or null. */
    private @Nullable String unreachable(Method method) {
        if (form.calls(method)) return null;
        var found = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
        for (String name : NEED_A_PROXY) {
            if (found.isPresent(name)) return name;
        }
        return null;
    }

    private void refuseUnreachable(Method method, String annotation) {
        throw new TreeDeclarationException(
                "The method '%s' of actor bean '%s' (%s) is annotated with @%s, but only the actor itself can call it, and such a call does not pass through the proxy: the annotation would have no effect."
                        .formatted(
                                method.getName(),
                                bean,
                                type.getName(),
                                ClassUtils.getShortName(annotation)),
                "Move the annotation to the class or to '%s'. Or move the method to a separate bean that the actor calls."
                        .formatted(form.handler()));
    }
}

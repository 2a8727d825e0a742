/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.ResourceLoaderAware;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.ResourceLoader;

/**
 * Defines the beans that can be injected: for each actor class a {@code Subject} of its message
 * type, for each factory's builder the factory's handle. These beans get the declared names; the
 * beans of actors and builders get a suffix.
 */
final class TreeBeansRegistrar
        implements BeanDefinitionRegistryPostProcessor,
                BeanFactoryInitializationAotProcessor,
                EnvironmentAware,
                ResourceLoaderAware {
    private Environment environment = new StandardEnvironment();
    private ResourceLoader resources = new DefaultResourceLoader();

    @Override
    public void setEnvironment(Environment ofContext) {
        environment = ofContext;
    }

    @Override
    public void setResourceLoader(ResourceLoader ofContext) {
        resources = ofContext;
    }

    /**
     * Contributes nothing. Spring leaves processors of this kind out of the generated code, so the
     * definitions that this one has registered are not registered a second time.
     */
    @Override
    public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
            ConfigurableListableBeanFactory beans) {
        return null;
    }

    /**
     * A bean that gives its name to the bean that can be injected.
     *
     * @param bean its present name
     * @param hidden its new name
     * @param name name of the bean that can be injected
     * @param handle definition of the bean that can be injected
     * @param description describes the actor or factory in messages
     */
    private record Move(
            String bean,
            String hidden,
            String name,
            RootBeanDefinition handle,
            String description) {}

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        var beans = (ConfigurableListableBeanFactory) registry;
        refuseOtherClasses(beans);
        ActorChecks.check(beans);
        new SkippedActors(beans, environment, resources).refuse(beans);
        var moves = new ArrayList<Move>();
        for (String bean : ActorForm.beans(beans)) {
            Class<?> type = declaredActor(beans, bean);
            if (type != null) moves.add(actor(beans, bean, type));
        }
        for (Class<?> builder : FactoryDeclaration.builders()) {
            for (String bean : beans.getBeanNamesForType(builder, true, false)) {
                if (beans.containsBeanDefinition(bean)) moves.add(factory(beans, bean));
            }
        }
        refuseEqualNames(moves);
        carryOut(moves, registry);
    }

    /**
     * Removes all beans before it registers any, because one bean may still have the name that
     * another one gets.
     */
    private static void carryOut(List<Move> moves, BeanDefinitionRegistry registry) {
        var originals = new LinkedHashMap<Move, BeanDefinition>();
        for (Move move : moves) {
            originals.put(move, registry.getBeanDefinition(move.bean()));
            registry.removeBeanDefinition(move.bean());
        }
        originals.forEach(
                (move, definition) -> {
                    refuseTaken(registry, move.hidden(), move);
                    refuseTaken(registry, move.name(), move);
                    registry.registerBeanDefinition(move.hidden(), definition);
                    registry.registerBeanDefinition(move.name(), move.handle());
                });
    }

    private static @Nullable Class<?> declaredActor(
            ConfigurableListableBeanFactory beans, String bean) {
        Class<?> type =
                beans.containsBeanDefinition(bean) ? ActorForm.userClass(beans, bean) : null;
        return type != null && ActorDeclaration.isDeclared(type) ? type : null;
    }

    private static void refuseOtherClasses(ConfigurableListableBeanFactory beans) {
        for (String bean : beans.getBeanDefinitionNames()) {
            boolean annotated =
                    beans.getBeanDefinition(bean) instanceof AnnotatedBeanDefinition definition
                            && definition.getFactoryMethodMetadata() == null
                            && definition
                                    .getMetadata()
                                    .isAnnotated(SupervisedActor.class.getName());
            if (annotated && !ActorChecks.isActor(beans, bean)) {
                throw new TreeDeclarationException(
                        "The bean '%s' is annotated with @SupervisedActor, but its class implements neither StatefulActor nor Actor."
                                .formatted(bean),
                        "Implement dev.otp4j.actor.StatefulActor or dev.otp4j.actor.Actor, or remove the annotation.");
            }
        }
    }

    private static Move actor(ConfigurableListableBeanFactory beans, String bean, Class<?> type) {
        ActorDeclaration actor = ActorDeclaration.of(bean, type);
        refuseOtherScope(beans.getMergedBeanDefinition(bean), actor);
        BeanDefinition definition = beans.getBeanDefinition(bean);
        definition.setAutowireCandidate(false);
        var subject = handle(actor.subjectType(), "subject", actor.name(), definition);
        subject.setResourceDescription("subject of " + actor.description());
        subject.setQualifiedElement(actor.type());
        return new Move(bean, actor.beanName(), actor.name(), subject, actor.description());
    }

    private static Move factory(ConfigurableListableBeanFactory beans, String bean) {
        FactoryDeclaration factory = FactoryDeclaration.of(bean);
        BeanDefinition merged = beans.getMergedBeanDefinition(bean);
        ResolvableType type = factory.handleType(merged.getResolvableType());
        boolean keyed = FactoryDeclaration.isKeyed(merged.getResolvableType());
        String method = keyed ? "keyedFactory" : "factory";
        var handle = handle(type, method, factory.name(), merged);
        handle.setResourceDescription("handle of " + factory.description());
        AnnotatedElement declaring =
                merged instanceof RootBeanDefinition root ? root.getResolvedFactoryMethod() : null;
        if (declaring != null) handle.setQualifiedElement(declaring);
        return new Move(bean, factory.beanName(), factory.name(), handle, factory.description());
    }

    private static void refuseOtherScope(BeanDefinition merged, ActorDeclaration actor) {
        if (merged.isPrototype()) return;
        throw new TreeDeclarationException(
                "The scope of %s is '%s', but it must be 'prototype': each start and restart creates a new object."
                        .formatted(actor.description(), merged.getScope()),
                "Remove @Scope, or add @Scope(\"prototype\") to the @Bean method that creates the actor.");
    }

    /**
     * Uses a factory method, not a lambda: mocks, cyclic references and ahead-of-time processing
     * need it.
     */
    private static RootBeanDefinition handle(
            ResolvableType type, String method, String name, BeanDefinition of) {
        var definition = new RootBeanDefinition();
        definition.setTargetType(type);
        definition.setFactoryBeanName(OtpAutoConfiguration.ADDRESSES);
        definition.setFactoryMethodName(method);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
        definition.setPrimary(of.isPrimary());
        definition.setFallback(of.isFallback());
        return definition;
    }

    private static void refuseEqualNames(List<Move> moves) {
        var seen = new HashMap<String, Move>();
        for (Move move : moves) {
            Move other = seen.put(move.name(), move);
            if (other != null) throw takenTwice(move, other.description());
        }
    }

    private static void refuseTaken(BeanDefinitionRegistry registry, String name, Move move) {
        if (!registry.containsBeanDefinition(name)) return;
        String from = registry.getBeanDefinition(name).getResourceDescription();
        String bean = "the bean '%s'".formatted(name);
        throw takenTwice(move, from == null ? bean : bean + " of " + from);
    }

    private static TreeDeclarationException takenTwice(Move move, String other) {
        return new TreeDeclarationException(
                "The name '%s' is used twice: by %s and by %s."
                        .formatted(move.name(), move.description(), other),
                "Give one of them another name, as in @SupervisedActor(\"other\").");
    }
}

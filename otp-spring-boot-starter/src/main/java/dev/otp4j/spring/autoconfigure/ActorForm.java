/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.StatefulActor;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** The forms in which an actor's class is written. */
enum ActorForm {
    /** State in fields. */
    FIELDS(
            StatefulActor.class,
            0,
            "started",
            "handle",
            "StatefulActor<M>",
            "StatefulActor<Message>"),
    /** State as a value that each handler returns. */
    VALUE(Actor.class, 1, "init", "onMessage", "Actor<S, M>", "Actor<State, Message>");

    private final Class<?> type;
    private final int messages;
    private final String initialiser;
    private final String handler;
    private final String declared;
    private final String example;

    ActorForm(
            Class<?> type,
            int messages,
            String initialiser,
            String handler,
            String declared,
            String example) {
        this.type = type;
        this.messages = messages;
        this.initialiser = initialiser;
        this.handler = handler;
        this.declared = declared;
        this.example = example;
    }

    /** {@return the form of a class, or null if it is no actor} */
    static @Nullable ActorForm of(Class<?> actor) {
        for (ActorForm form : values()) {
            if (form.type.isAssignableFrom(actor)) return form;
        }
        return null;
    }

    /** Names of the beans that are actors of one of the forms. */
    static Set<String> beans(ListableBeanFactory beans) {
        var found = new LinkedHashSet<String>();
        for (ActorForm form : values()) {
            found.addAll(List.of(beans.getBeanNamesForType(form.type, true, false)));
        }
        return found;
    }

    /** {@return the class of an actor's bean as the application wrote it, also behind a proxy} */
    static @Nullable Class<?> userClass(ConfigurableListableBeanFactory beans, String bean) {
        Class<?> type = beans.getType(bean, false);
        if (type != null && Proxy.isProxyClass(type)) {
            type = AutoProxyUtils.determineTargetClass(beans, bean);
        }
        return type == null ? null : ClassUtils.getUserClass(type);
    }

    /** The interface that classes of this form implement. */
    Class<?> type() {
        return type;
    }

    /** Type of the messages of a class of this form; unresolved if the class does not tell it. */
    ResolvableType messages(Class<?> actor) {
        return ResolvableType.forClass(actor).as(type).getGeneric(messages);
    }

    /** Name of the method that runs at each start. */
    String initialiser() {
        return initialiser;
    }

    /** Name of the method that handles messages. */
    String handler() {
        return handler;
    }

    /** The interface as it is declared. */
    String declared() {
        return declared;
    }

    /** The interface as a class implements it. */
    String example() {
        return example;
    }

    /** Whether a method of an actor is the one that handles messages. */
    boolean handles(Method method) {
        return method.getName().equals(handler) && calls(method);
    }

    /** Whether the engine calls a method of the actor, because it is one of the interface. */
    boolean calls(Method method) {
        for (Method own : type.getMethods()) {
            if (own.getName().equals(method.getName())
                    && own.getParameterCount() == method.getParameterCount()) return true;
        }
        return false;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Refuses callbacks that Spring binds to the object of a bean and that cannot work for an actor:
 * each start and restart of an actor creates a new object, in the actor's own process.
 *
 * <p>All annotations and types are given by name, because most of them belong to libraries that an
 * application need not have. Composed annotations are found as well.
 *
 * <p>Some callbacks work and are not refused: those that prepare an object, such as
 * {@code @PostConstruct}, which Spring calls once for each object, in the actor's own process;
 * those that destroy it, such as {@code @PreDestroy}, see {@link ActorBeans}; and annotations whose
 * proxy runs in the caller's thread, such as {@code @Transactional}.
 */
final class WiredCallbacks {
    private static final String SENDS_TO_SUBJECT =
            "Move it to a separate bean that sends messages to the actor's Subject.";
    private static final String TICKS =
            "Call 'self.sendEvery(period, message)' in '%s', and do the work in the handler of that message. Or move the method to a separate bean that sends messages to the actor's Subject.";
    private static final String AT_THE_START =
            "Do it in '%s', which runs at each start and restart of the actor.";
    private static final String ELSEWHERE = "Move it to a separate bean.";

    private static final String OTHER_OBJECT =
            "Spring would call it on objects other than the running actor, and outside the actor's process";
    private static final String NEVER = "Spring never calls it on an actor";

    /**
     * @param name name of an annotation or of a type
     * @param why it cannot work
     * @param fix what to do instead
     */
    private record Callback(String name, String why, String fix) {}

    /** Annotations on a method, or on the class for all its methods. */
    private static final List<Callback> ANNOTATIONS =
            List.of(
                    new Callback(
                            "org.springframework.scheduling.annotation.Scheduled",
                            OTHER_OBJECT,
                            TICKS),
                    new Callback(
                            "org.springframework.scheduling.annotation.Schedules",
                            OTHER_OBJECT,
                            TICKS),
                    new Callback(
                            "org.springframework.scheduling.annotation.Async",
                            "an actor already has its own process, and its code must run there",
                            SENDS_TO_SUBJECT),
                    new Callback("jakarta.ejb.Asynchronous", OTHER_OBJECT, SENDS_TO_SUBJECT),
                    new Callback(
                            "jakarta.enterprise.concurrent.Asynchronous",
                            OTHER_OBJECT,
                            SENDS_TO_SUBJECT),
                    // also @TransactionalEventListener, @ApplicationModuleListener
                    other("org.springframework.context.event.EventListener"),
                    // also the listeners of JMS, Kafka, Rabbit, Pulsar and SQS
                    other("org.springframework.messaging.handler.annotation.MessageMapping"),
                    other("org.springframework.jms.annotation.JmsListener"),
                    other("org.springframework.jms.annotation.JmsListeners"),
                    other("org.springframework.kafka.annotation.KafkaListener"),
                    other("org.springframework.kafka.annotation.KafkaListeners"),
                    other("org.springframework.amqp.rabbit.annotation.RabbitListener"),
                    other("org.springframework.amqp.rabbit.annotation.RabbitListeners"),
                    other("org.springframework.pulsar.annotation.PulsarListener"),
                    other("org.springframework.pulsar.annotation.PulsarListeners"),
                    other("org.springframework.pulsar.annotation.PulsarReader"),
                    other("org.springframework.integration.annotation.ServiceActivator"),
                    other("org.springframework.integration.annotation.Transformer"),
                    other("org.springframework.integration.annotation.Filter"),
                    other("org.springframework.integration.annotation.Router"),
                    other("org.springframework.integration.annotation.Splitter"),
                    other("org.springframework.integration.annotation.Aggregator"),
                    other("org.springframework.integration.annotation.InboundChannelAdapter"),
                    other("org.springframework.stereotype.Controller"),
                    other("org.springframework.web.bind.annotation.RequestMapping"),
                    other("org.springframework.web.bind.annotation.ControllerAdvice"),
                    other("org.springframework.jmx.export.annotation.ManagedResource"),
                    other("org.springframework.boot.actuate.endpoint.annotation.Endpoint"),
                    new Callback(
                            "org.springframework.context.annotation.Bean",
                            OTHER_OBJECT,
                            "Move the method to a @Configuration class."));

    private static final List<Callback> TYPES =
            List.of(
                    other("org.springframework.context.ApplicationListener"),
                    other("org.springframework.scheduling.annotation.SchedulingConfigurer"),
                    other("org.springframework.boot.ApplicationRunner"),
                    other("org.springframework.boot.CommandLineRunner"),
                    other("jakarta.servlet.Filter"),
                    other("jakarta.servlet.Servlet"),
                    new Callback(
                            "org.springframework.context.Lifecycle",
                            NEVER,
                            "Do it in '%s' and 'onTerminate': the supervision tree starts and stops the actor with the context."),
                    new Callback(
                            "org.springframework.beans.factory.SmartInitializingSingleton",
                            NEVER,
                            AT_THE_START),
                    new Callback(
                            "org.springframework.beans.factory.FactoryBean",
                            OTHER_OBJECT,
                            ELSEWHERE));

    private final String bean;
    private final Class<?> type;

    /**
     * @param bean name of an actor's bean
     * @param type the actor's class
     */
    WiredCallbacks(String bean, Class<?> type) {
        this.bean = bean;
        this.type = type;
    }

    private static Callback other(String name) {
        return new Callback(name, OTHER_OBJECT, SENDS_TO_SUBJECT);
    }

    /** Throws if the actor has a callback that cannot work. */
    void refuse() {
        Callback onClass = on(type);
        if (onClass != null) throw refused("The class", "is annotated with @", onClass);
        MethodIntrospector.selectMethods(type, WiredCallbacks::on)
                .forEach(
                        (method, callback) -> {
                            String subject = "The method '" + method.getName() + "'";
                            throw refused(subject, "is annotated with @", callback);
                        });
        for (Callback callback : TYPES) {
            if (isA(callback.name())) throw refused("The class", "implements ", callback);
        }
    }

    private static @Nullable Callback on(AnnotatedElement element) {
        MergedAnnotations found = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
        for (Callback callback : ANNOTATIONS) {
            if (found.isPresent(callback.name())) return callback;
        }
        return null;
    }

    private boolean isA(String name) {
        ClassLoader loader = type.getClassLoader();
        return ClassUtils.isPresent(name, loader)
                && ClassUtils.resolveClassName(name, loader).isAssignableFrom(type);
    }

    private String initialiser() {
        ActorForm form = ActorForm.of(type);
        return form == null ? ActorForm.VALUE.initialiser() : form.initialiser();
    }

    private TreeDeclarationException refused(String subject, String relation, Callback callback) {
        String what = relation + ClassUtils.getShortName(callback.name());
        return new TreeDeclarationException(
                "%s of actor bean '%s' (%s) %s, but %s."
                        .formatted(subject, bean, type.getName(), what, callback.why()),
                callback.fix().replace("%s", initialiser()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The objects of actors: a bean for each start and restart, created in the actor's process and
 * destroyed at its end. An actor that ends in order destroys its bean as its last act, before its
 * successor starts. If the actor was killed, or if its initialiser failed, a thread does that.
 */
final class ActorBeans {
    private final ConfigurableListableBeanFactory beans;
    private final Map<Pid, Life> lives = new ConcurrentHashMap<>();

    ActorBeans(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /** The builder of an actor. The caller is responsible for the message type. */
    <M> ActorBuilder<?, M, Subject<M>> builder(ActorDeclaration actor) {
        return switch (actor.form()) {
            case FIELDS -> ending(StatefulActor.of(() -> this.<M>fields(actor)), actor);
            case VALUE -> ending(Actor.of(() -> this.<M>value(actor)), actor);
        };
    }

    @SuppressWarnings("unchecked") // the registrar derived the subject's type from this class
    private <M> StatefulActor<M> fields(ActorDeclaration actor) {
        return (StatefulActor<M>) create(actor);
    }

    @SuppressWarnings("unchecked") // as above
    private <M> Actor<Object, M> value(ActorDeclaration actor) {
        return (Actor<Object, M>) create(actor);
    }

    private <S, M> ActorBuilder<S, M, Subject<M>> ending(
            ActorBuilder<S, M, Subject<M>> builder, ActorDeclaration actor) {
        return builder.shownAs(actor.type())
                .onTerminate((state, reason) -> destroy(Processes.self()));
    }

    private Object create(ActorDeclaration actor) {
        Object bean = ActorProxies.create(beans, actor);
        Pid self = Processes.self();
        lives.put(self, new Life(actor.beanName(), bean));
        ProcessRuntime runtime = ProcessRuntime.current();
        var unused =
                runtime.whenEnded(self, end -> run(end, self, runtime))
                        .thenRun(() -> destroy(self));
        return bean;
    }

    private void run(Runnable end, Pid process, ProcessRuntime runtime) {
        if (lives.containsKey(process)) SystemThreads.start(runtime, "otp:destroy", end);
        else end.run();
    }

    private void destroy(Pid process) {
        Life life = lives.get(process);
        if (life == null) return;
        life.destroy(beans);
        lives.remove(process);
    }

    /**
     * Destroys the beans of actors that have ended, and waits for those that another thread is
     * destroying: what they use is destroyed next.
     */
    void destroyEnded() {
        for (Pid process : lives.keySet()) {
            if (!Processes.isAlive(process)) destroy(process);
        }
    }

    /** The bean of one start, until it is destroyed. */
    private static final class Life {
        private final String name;
        private final Object bean;
        private boolean destroyed; // guarded by this

        Life(String name, Object bean) {
            this.name = name;
            this.bean = bean;
        }

        synchronized void destroy(ConfigurableListableBeanFactory beans) {
            if (destroyed) return;
            destroyed = true;
            beans.destroyBean(name, target(bean));
        }

        /** Behind a proxy, private methods would be called on the proxy itself. */
        private static Object target(Object bean) {
            Object target = AopProxyUtils.getSingletonTarget(bean);
            return target == null ? bean : target(target);
        }
    }
}

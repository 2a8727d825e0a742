/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.event.ActorEvent;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** A context has a system of its own, whether it has a parent or not. */
@Timeout(60)
class ContextHierarchyTests {
    record Client(Subject<Counter.Message> counter) {}

    static class Reports implements SupervisorListener {
        final List<String> children = new CopyOnWriteArrayList<>();

        @Override
        public void counted(SupervisorReport report) {
            children.add(report.child());
        }
    }

    static class Events {
        final List<ActorEvent> heard = new CopyOnWriteArrayList<>();

        @EventListener
        void hear(ActorEvent event) {
            heard.add(event);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import(Counter.class)
    static class Parent {
        @Bean
        Client parentsClient(Subject<Counter.Message> counter) {
            return new Client(counter);
        }

        @Bean
        Reports reports() {
            return new Reports();
        }

        @Bean
        Events events() {
            return new Events();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import(Counter.class)
    static class WithOwnActors {
        @Bean
        Client client(Subject<Counter.Message> counter) {
            return new Client(counter);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithoutActors {
        @Bean
        Client client(Subject<Counter.Message> counter) {
            return new Client(counter);
        }
    }

    private static ConfigurableApplicationContext run(Class<?> child) {
        return new SpringApplicationBuilder(Parent.class)
                .web(WebApplicationType.NONE)
                .child(child)
                .web(WebApplicationType.NONE)
                .run();
    }

    private static ConfigurableApplicationContext parent(ConfigurableApplicationContext child) {
        return (ConfigurableApplicationContext) child.getParent();
    }

    private static Subject<Counter.Message> counter(
            ConfigurableApplicationContext context, String client) {
        return context.getBean(client, Client.class).counter();
    }

    @Test
    void aChildUsesTheActorsOfItsParent() {
        var child = run(WithoutActors.class);
        try (var parent = parent(child)) {
            counter(child, "client").send(new Counter.Add(1));

            assertThat(Counter.total(counter(parent, "parentsClient"))).isOne();
            assertThat(child.getBeanFactory().containsLocalBean("otpSystem")).isFalse();
        }
    }

    @Test
    void aChildWithActorsHasASystemOfItsOwn() {
        var child = run(WithOwnActors.class);
        try (var parent = parent(child)) {
            counter(child, "client").send(new Counter.Add(1));

            assertThat(Counter.total(counter(child, "client"))).isOne();
            assertThat(Counter.total(counter(parent, "parentsClient"))).isZero();
            assertThat(child.getBean(OtpSystem.class)).isNotSameAs(parent.getBean(OtpSystem.class));
        }
    }

    @Test
    void theParentRunsOnWhenTheChildIsClosed() {
        var child = run(WithOwnActors.class);
        try (var parent = parent(child)) {
            var system = child.getBean(OtpSystem.class);

            child.close();

            assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
            assertThat(Counter.total(counter(parent, "parentsClient"))).isZero();
        }
    }

    @Test
    void listenerBeansHearOfTheirOwnContextAndEventsReachTheParent() {
        var child = run(WithOwnActors.class);
        try (var parent = parent(child)) {
            await().until(() -> parent.getBean(Events.class).heard.size() == 2);
            assertThat(parent.getBean(Events.class).heard)
                    .extracting(ActorEvent::getSystem)
                    .containsExactlyInAnyOrder(
                            parent.getBean(OtpSystem.class), child.getBean(OtpSystem.class));
            assertThat(parent.getBean(Reports.class).children).containsExactly("counter");
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.benchmarks.engine.Otp4jEngine.Definition;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.autoconfigure.OtpAutoConfiguration;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import java.util.Map;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

/**
 * An application with the starter, which clears the thread-local state of Spring's transactions,
 * web and security and of SLF4J. All of these are on the class path.
 */
final class SpringApplication implements AutoCloseable {
    private final AnnotationConfigApplicationContext context =
            new AnnotationConfigApplicationContext();

    /** The name of the factory that all actors are children of. */
    record Actors(FactoryName<Definition<?, ?>, Subject<?>> name) {}

    /** The declaration of the tree: one factory below the root, as in the plain engine. */
    @Configuration(proxyBeanMethods = false)
    static class Tree {
        @Bean
        @ChildOf
        FactorySupervisor.Builder<Definition<?, ?>, Subject<?>> actors(Actors actors) {
            return Otp4jEngine.factory(actors.name());
        }
    }

    /**
     * Starts the application and its tree.
     *
     * @param mdc the property {@code otp.logging.mdc}
     */
    SpringApplication(FactoryName<Definition<?, ?>, Subject<?>> actors, String mdc) {
        Map<String, Object> properties = Map.of("otp.logging.mdc", mdc);
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("benchmark", properties));
        context.registerBean(Actors.class, () -> new Actors(actors));
        context.register(OtpAutoConfiguration.class, Tree.class);
        context.refresh();
    }

    OtpSystem system() {
        return context.getBean(OtpSystem.class);
    }

    @Override
    public void close() {
        context.close();
    }
}

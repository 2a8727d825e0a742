/* SPDX-License-Identifier: Apache-2.0 */
package com.example.small;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.supervisor.FactorySupervisor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;

/** An application with one actor and a factory, that starts and ends within a second. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(SmallApplication.Clerk.class)
public class SmallApplication {
    @SupervisedActor
    static class Clerk implements StatefulActor<String> {
        @Override
        public Step handle(String message) {
            return Step.KEEP;
        }
    }

    @Bean
    FactorySupervisor.Builder<Integer, Subject<String>> carts() {
        return FactorySupervisor.workerChild(
                (Integer number) ->
                        Actor.startingWith(() -> number)
                                .onMessage(
                                        (Integer state, String message) ->
                                                Next.<Integer, String>continueWith(state))
                                .start());
    }

    /**
     * Starts it; its endpoints may only be read.
     *
     * @param port 0 for any that is free
     * @param more further settings, such as {@code name=value}
     */
    public static ConfigurableApplicationContext start(int port, String... more) {
        return start(port, context -> {}, more);
    }

    /** {@link #start(int, String...)} with more beans. */
    public static ConfigurableApplicationContext start(
            int port,
            ApplicationContextInitializer<GenericApplicationContext> beans,
            String... more) {
        return new SpringApplicationBuilder(SmallApplication.class)
                .initializers(beans)
                .properties(more)
                .run(
                        "--spring.config.name=none",
                        "--spring.application.name=small",
                        "--spring.autoconfigure.exclude="
                                + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                                + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
                        "--server.port=" + port,
                        "--management.endpoints.web.exposure.include=otp,otpui,otpdelivery",
                        "--spring.main.banner-mode=off");
    }

    /** {@return the address of its page, without a slash at the end} */
    public static String page(ConfigurableApplicationContext context) {
        int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
        return "http://localhost:" + port + "/actuator/otpui";
    }
}

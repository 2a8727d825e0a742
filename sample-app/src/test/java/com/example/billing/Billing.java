/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Restart;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** The faulty part of the application. */
@Configuration(proxyBeanMethods = false)
@ComponentScan
public class Billing {
    /** A message to a session, which ends at {@code "log out"}. */
    public record Input(String text) {}

    @Bean
    Paper paper() {
        return new Paper();
    }

    @Bean
    @ChildOf(supervisor = BillingSupervisor.class, order = 7)
    FactorySupervisor.Builder<String, Subject<Input>> sessions() {
        return FactorySupervisor.workerChild((String user) -> session().start())
                .restart(Restart.TEMPORARY);
    }

    private static dev.otp4j.actor.ActorBuilder<Integer, Input, Subject<Input>> session() {
        return Actor.startingWith(() -> 0)
                .onMessage(
                        (Integer inputs, Input input) ->
                                input.text().equals("log out")
                                        ? Next.<Integer, Input>stop()
                                        : Next.<Integer, Input>continueWith(inputs + 1));
    }
}

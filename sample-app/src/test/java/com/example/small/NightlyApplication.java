/* SPDX-License-Identifier: Apache-2.0 */
package com.example.small;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.singleton.OnOneInstance;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application whose one actor runs on one of its instances only. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(NightlyApplication.Nightly.class)
public class NightlyApplication {
    @SupervisedActor
    @OnOneInstance
    static class Nightly implements StatefulActor<String> {
        @Override
        public Step handle(String message) {
            return Step.KEEP;
        }
    }

    /** Starts an instance of that name with that database. */
    public static ConfigurableApplicationContext start(String instance, String url) {
        return new SpringApplicationBuilder(NightlyApplication.class)
                .run(
                        "--spring.config.name=none",
                        "--spring.application.name=" + instance,
                        "--spring.autoconfigure.exclude=org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
                        "--spring.datasource.url=" + url,
                        "--otp.lease.instance=" + instance,
                        "--otp.lease.ttl=5s",
                        "--server.port=0",
                        "--management.endpoints.web.exposure.include=otp,otpui,otpleases",
                        "--spring.main.banner-mode=off");
    }
}

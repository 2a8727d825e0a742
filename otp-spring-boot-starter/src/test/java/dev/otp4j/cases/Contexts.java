/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import dev.otp4j.process.Subject;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** Application contexts with everything that Boot auto-configures. */
final class Contexts {
    private Contexts() {}

    @EnableAutoConfiguration
    static class Auto {}

    /** Has the probe's subject. */
    record Client(Subject<Probe.Message> probe) {}

    static ApplicationContextRunner runner(Class<?>... configurations) {
        return new ApplicationContextRunner()
                .withUserConfiguration(Auto.class)
                .withUserConfiguration(configurations);
    }

    /** With the actor {@link Probe}, and its subject in a {@link Client}. */
    static ApplicationContextRunner withProbe() {
        return runner(Probe.class, Client.class);
    }

    static Subject<Probe.Message> probe(ApplicationContext context) {
        return context.getBean(Client.class).probe();
    }

    /** Runs a whole application without a web server. */
    static ConfigurableApplicationContext run(Class<?>... sources) {
        var application = new SpringApplication(sources);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run("--spring.main.banner-mode=off");
    }
}

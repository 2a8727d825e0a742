/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** The engine still writes its log lines after contexts of the JVM were stopped or closed. */
@ExtendWith(OutputCaptureExtension.class)
class LoggingTests {
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import(Counter.class)
    static class Application {}

    private static ConfigurableApplicationContext run(String name) {
        var spring = new SpringApplication(Application.class);
        spring.setWebApplicationType(WebApplicationType.NONE);
        spring.setRegisterShutdownHook(false);
        return spring.run("--spring.application.name=" + name, "--spring.main.banner-mode=off");
    }

    /** Checks the log lines of one crash and one restart. */
    private static void crash(ConfigurableApplicationContext context, CapturedOutput output) {
        int before = output.getAll().length();
        var system = context.getBean(OtpSystem.class);
        long restarts = system.restarts();
        @SuppressWarnings("unchecked")
        var counter = (Subject<Counter.Message>) context.getBean("counter");

        counter.send(new Counter.Crash());

        assertThat(system).hasRestarts(restarts + 1);
        assertThat(system.runtime().awaitReports(Duration.ofSeconds(5))).isTrue();
        assertThat(output.getAll().substring(before))
                .contains("context=crash reason=abnormal(IllegalStateException)")
                .contains("context=child_terminated")
                .contains("context=restarted");
    }

    @Test
    void afterAContextWasStoppedAndStarted(CapturedOutput output) {
        try (var context = run("one")) {
            crash(context, output);

            context.stop();
            context.start();

            crash(context, output);
        }
        assertThat(output).contains("supervision tree of 'one' stopped in ");
    }

    /** Spring's test framework does this with cached contexts. */
    @Test
    void afterContextsWerePausedInTurns(CapturedOutput output) {
        try (var first = run("first")) {
            crash(first, output);
            first.stop();
            try (var second = run("second")) {
                crash(second, output);
                second.stop();
                first.start();
                crash(first, output);
            }
            crash(first, output);
        }
    }

    @Test
    void afterAnotherContextWasClosed(CapturedOutput output) {
        try (var first = run("first")) {
            run("second").close();
            crash(first, output);
        }
    }
}

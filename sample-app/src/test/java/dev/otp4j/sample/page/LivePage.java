/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.page;

import com.example.billing.Billing;
import com.example.billing.Paper;
import dev.otp4j.sample.SampleApplication;
import dev.otp4j.sample.testkit.Browser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * The sample application with faults, and a browser that shows its page; one of each for all test
 * classes. Without a browser the tests are skipped, unless {@code OTP4J_CI=1} is in the
 * environment.
 */
final class LivePage implements ParameterResolver, ExecutionCondition, AfterAllCallback {
    /**
     * What runs.
     *
     * @param context the application
     * @param faults what is wrong in it
     * @param browser the browser
     * @param address of the page, without a slash at the end
     */
    record Running(
            ConfigurableApplicationContext context,
            Faults faults,
            Browser browser,
            String address,
            Path folder)
            implements AutoCloseable {
        static Running start() {
            Path folder = temporary();
            ConfigurableApplicationContext context = application(folder);
            int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
            var faults = new Faults(context);
            faults.inject();
            String address = "http://localhost:" + port + "/actuator/otpui";
            return new Running(context, faults, Browser.start(), address, folder);
        }

        private static Path temporary() {
            try {
                return Files.createTempDirectory("relay");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static ConfigurableApplicationContext application(Path folder) {
            return new SpringApplicationBuilder(SampleApplication.class, Billing.class)
                    .run(
                            "--server.port=0",
                            "--relay.data-dir=" + folder,
                            "--spring.main.banner-mode=off",
                            "--otp.metrics.message-timing=all",
                            "--otp.observation.stuck-after=1s",
                            "--management.endpoint.otp.access=unrestricted",
                            "--management.endpoint.otp.show-values=always");
        }

        /** Opens a view of the page, in a window of the usual size. */
        Browser open(String hash) {
            browser.usual();
            browser.open(address + hash);
            return browser;
        }

        @Override
        public void close() throws IOException {
            browser.close();
            faults.end();
            context.getBean(Paper.class).refill();
            context.close();
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return Browser.condition();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return store(context).computeIfAbsent(Running.class, any -> Running.start(), Running.class);
    }

    /** Otherwise the page sends requests while the tests of other classes run. */
    @Override
    public void afterAll(ExtensionContext context) {
        Running running = store(context).get(Running.class, Running.class);
        if (running != null) running.browser().leave();
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getRoot().getStore(ExtensionContext.Namespace.create(LivePage.class));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.Subject;
import io.micrometer.context.ContextRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;

/** The starter needs nothing that an application may leave out. */
class OptionalPartsTests {

    /**
     * The auto-configurations that the files of both modules register, found as Boot finds them.
     */
    static class Registered implements DeferredImportSelector {
        @Override
        public String[] selectImports(AnnotationMetadata importing) {
            return names().toArray(String[]::new);
        }

        static List<String> names() {
            var names = new ArrayList<String>();
            ImportCandidates.load(
                            org.springframework.boot.autoconfigure.AutoConfiguration.class,
                            OptionalPartsTests.class.getClassLoader())
                    .forEach(names::add);
            return names.stream().filter(name -> name.startsWith("dev.otp4j.")).toList();
        }
    }

    @Configuration
    @Import({Registered.class, Counter.class})
    static class Application {}

    record Client(Subject<Counter.Message> counter) {}

    @Test
    void allAutoConfigurationsAreRegistered() {
        assertThat(Registered.names())
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .containsExactlyInAnyOrder(
                        "OtpAutoConfiguration",
                        "OtpContextAutoConfiguration",
                        "OtpEndpointAutoConfiguration",
                        "OtpHealthContributorAutoConfiguration",
                        "OtpJfrAutoConfiguration",
                        "OtpMetricsAutoConfiguration",
                        "OtpObservationAutoConfiguration",
                        "OtpObserverAutoConfiguration",
                        "OtpPageAutoConfiguration",
                        "OtpWebAutoConfiguration");
    }

    /**
     * The registry finds its accessors once in a JVM. A class loader that hides a library still
     * shows the file that names its accessor.
     */
    @BeforeAll
    static void findAccessors() {
        assertThat(ContextRegistry.getInstance()).isNotNull();
    }

    /** With the properties of what is absent. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.micrometer",
                "io.micrometer.context",
                "io.micrometer.observation",
                "io.micrometer.tracing",
                "io.opentelemetry"
            })
    void messagesAreHandledWithout(String absent) {
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withBean(Client.class)
                .withPropertyValues(
                        "otp.context.propagation=true",
                        "otp.context.mdc-keys=tenant",
                        "otp.observation.enabled=true")
                .withClassLoader(new FilteredClassLoader(absent))
                .run(
                        context ->
                                assertThat(Counter.total(context.getBean(Client.class).counter()))
                                        .isZero());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.micrometer",
                "io.micrometer.context",
                "io.micrometer.observation",
                "io.micrometer.tracing",
                "jdk.jfr",
                "org.springframework.boot.health",
                "org.springframework.boot.actuate",
                "org.springframework.boot.micrometer",
                "org.springframework.boot.web",
                "org.springframework.security",
                "org.springframework.transaction",
                "org.springframework.web",
                "tools.jackson"
            })
    void theTreeStartsWithout(String absent) {
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withBean(Client.class)
                .withClassLoader(new FilteredClassLoader(absent))
                .run(
                        context ->
                                assertThat(Counter.total(context.getBean(Client.class).counter()))
                                        .isZero());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.spring.autoconfigure.OtpAutoConfiguration;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;

/** Compiles the example of the page about keyed factories, unchanged, and runs it. */
@Timeout(60)
class KeyedFactoryExamplesTests {
    private static final Path PAGE = Path.of("..", "docs", "keyed-factories.md");
    private static final String IMPORTS =
            """
            import dev.otp4j.actor.*;
            import dev.otp4j.process.*;
            import dev.otp4j.supervisor.*;
            import org.springframework.context.annotation.*;
            import org.springframework.stereotype.*;
            """;

    @TempDir Path folder;

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    static class Application {}

    @Test
    void theFactoryIsDeclaredInAtMostTenLines() throws Exception {
        assertThat(Documents.block(PAGE, "class CourierConfiguration").lines())
                .hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void theExampleRuns() throws Exception {
        write("Courier");
        write("CourierConfiguration");
        write("Dispatch");
        compile("Courier", "CourierConfiguration", "Dispatch");
        try (var loader =
                new URLClassLoader(
                        new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> dispatch = loader.loadClass("Dispatch");
            try (var context =
                    new SpringApplicationBuilder(
                                    Application.class,
                                    loader.loadClass("CourierConfiguration"),
                                    dispatch)
                            .web(WebApplicationType.NONE)
                            .properties("otp.supervision.keep-alive=never")
                            .run()) {
                Object service = context.getBean(dispatch);
                Method deliver = dispatch.getDeclaredMethod("deliver", String.class, String.class);
                deliver.setAccessible(true);

                assertThat(deliver.invoke(service, "ann", "A")).isEqualTo("A is number 1 for ann");
                assertThat(deliver.invoke(service, "ann", "B")).isEqualTo("B is number 2 for ann");
                assertThat(deliver.invoke(service, "bob", "C")).isEqualTo("C is number 1 for bob");
                OtpSystem system = context.getBean(OtpSystem.class);
                assertThat(system.find("/couriers/ann", 0, 1)).isPresent();
            }
        }
    }

    private void write(String name) throws IOException {
        String source = Documents.block(PAGE, "class " + name + " ");
        Files.writeString(folder.resolve(name + ".java"), IMPORTS + source);
    }

    private void compile(String... names) {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-parameters",
                                "-d",
                                folder.toString(),
                                "-cp",
                                System.getProperty("java.class.path")));
        for (String name : names) arguments.add(folder.resolve(name + ".java").toString());
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new));
        assertThat(status).isZero();
    }
}

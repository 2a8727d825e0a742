/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.Subject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The root supervisor gives up, and the application exits: in a JVM of its own. */
@Timeout(120)
class RootExitTests {
    @TempDir private Path folder;

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import(Counter.class)
    static class Application {
        @Bean
        DisposableBean closing() {
            return () -> System.out.println("context closed");
        }

        public static void main(String[] args) {
            var spring = new SpringApplication(Application.class);
            spring.setWebApplicationType(WebApplicationType.NONE);
            @SuppressWarnings("unchecked")
            var counter = (Subject<Counter.Message>) spring.run(args).getBean("counter");
            counter.send(new Counter.Crash());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class WithGenerator {
        @Bean
        ExitCodeGenerator code() {
            return () -> 71;
        }

        public static void main(String[] args) {
            var spring = new SpringApplication(WithGenerator.class);
            spring.setWebApplicationType(WebApplicationType.NONE);
            @SuppressWarnings("unchecked")
            var counter = (Subject<Counter.Message>) spring.run(args).getBean("counter");
            counter.send(new Counter.Crash());
        }
    }

    private int exitCode(Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath.replace(File.pathSeparator + File.pathSeparator, ":"),
                                main.getName(),
                                "--otp.supervision.supervisors.root.intensity=0"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("out").toFile())
                        .start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).as(this::output).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("out"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void closesTheContextAndEndsTheJvmWithTheDefaultCode() throws Exception {
        int code = exitCode(Application.class, "--otp.supervision.on-root-failure=exit");

        assertThat(code).as(this::output).isEqualTo(70);
        assertThat(output())
                .contains("closing the application because its root supervisor has given up")
                .contains("context closed");
    }

    @Test
    void endsTheJvmWithTheCodeOfTheProperty() throws Exception {
        int code =
                exitCode(
                        Application.class,
                        "--otp.supervision.on-root-failure=exit",
                        "--otp.supervision.exit-code=3",
                        "--otp.supervision.keep-alive=always");

        assertThat(code).as(this::output).isEqualTo(3);
    }

    @Test
    void letsAGeneratorOfTheApplicationChooseIfTheCodeIsZero() throws Exception {
        int code =
                exitCode(
                        WithGenerator.class,
                        "--otp.supervision.on-root-failure=exit",
                        "--otp.supervision.exit-code=0");

        assertThat(code).as(this::output).isEqualTo(71);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application without a web server, in a JVM of its own, lives as long as its tree. */
@Timeout(120)
class NoWebServerTests {
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import(Counter.class)
    static class Application {
        public static void main(String[] args) throws IOException {
            var spring = new SpringApplication(Application.class);
            spring.setWebApplicationType(WebApplicationType.NONE);
            var context = spring.run(args);
            @SuppressWarnings("unchecked")
            var counter = (Subject<Counter.Message>) context.getBean("counter");
            // a daemon thread closes the context when this test says so, long after main has ended
            Thread.ofPlatform()
                    .daemon()
                    .start(
                            () -> {
                                try {
                                    int ignored = System.in.read();
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                                System.out.println("total=" + Counter.total(counter));
                                context.close();
                            });
        }
    }

    private static Process start(String... arguments) throws IOException {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new java.util.ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(classPath);
        command.add(Application.class.getName());
        command.addAll(java.util.List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String awaitLine(Process process, String part) throws IOException {
        var seen = new StringBuilder();
        var lines = process.inputReader();
        for (String line; (line = lines.readLine()) != null; ) {
            if (line.contains(part)) return line;
            seen.append(line).append('\n');
        }
        throw new AssertionError("no '" + part + "' in:\n" + seen);
    }

    @Test
    void livesUntilTheContextIsClosed() throws Exception {
        Process process = start();
        try {
            awaitLine(process, "Started NoWebServerTests");
            assertThat(process.isAlive()).isTrue();
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();

            assertThat(awaitLine(process, "total=")).isEqualTo("total=0");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void endsAtOnceIfTheTreeDoesNotKeepItAlive() throws Exception {
        Process process = start("--otp.supervision.keep-alive=never");
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.spring.autoconfigure.OtpAutoConfiguration;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * The README's first actor and its controller, compiled as they stand there and run in an
 * application.
 */
@Timeout(60) // compiles and starts a server
class ReadmeExamplesTests {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir Path folder;

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        OtpAutoConfiguration.class,
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        JacksonAutoConfiguration.class
    })
    static class Application {}

    @Test
    void theFirstActorHasAtMostTwentyLines() throws Exception {
        assertThat(blocks().getFirst().lines().toList()).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void theFirstActorAnswersThroughItsController() throws Exception {
        String controllerImports =
                """
                import dev.otp4j.process.Subject;
                import org.springframework.web.bind.annotation.*;
                """;
        write("Greeter", blocks().get(0));
        write("GreetingController", controllerImports + blocks().get(1));
        compile();

        try (URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> actor = loader.loadClass("Greeter");
            Class<?> controller = loader.loadClass("GreetingController");
            try (ConfigurableApplicationContext context =
                    new SpringApplicationBuilder(Application.class, actor, controller)
                            .properties("server.port=0")
                            .run()) {
                assertThat(get(context, "/hello/Joe")).isEqualTo("Hello Joe, number 1");
                assertThat(get(context, "/hello/Mike")).isEqualTo("Hello Mike, number 2");
            }
        }
    }

    private static String get(ConfigurableApplicationContext context, String path)
            throws Exception {
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static List<String> blocks() throws IOException {
        Matcher matcher = JAVA_BLOCK.matcher(Files.readString(Path.of("..", "README.md")));
        return matcher.results().map(result -> result.group(1)).toList();
    }

    private void write(String name, String source) throws IOException {
        Files.writeString(folder.resolve(name + ".java"), source);
    }

    private void compile() {
        int result =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-parameters",
                                "-classpath",
                                System.getProperty("java.class.path"),
                                "-d",
                                folder.toString(),
                                folder.resolve("Greeter.java").toString(),
                                folder.resolve("GreetingController.java").toString());
        assertThat(result).as("javac's exit code").isZero();
    }
}

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
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Compiles the README's first actor with its controller, and the guide's actor with its reactive
 * controller, unchanged from the documents, and runs them in an application.
 */
@Timeout(60) // compiles and starts a server
class ReadmeExamplesTests {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final Path README = Path.of("..", "README.md");
    private static final Path GUIDE = Path.of("..", "docs", "spring.md");

    private static final String CONTROLLER_IMPORTS =
            """
            import dev.otp4j.process.*;
            import org.springframework.web.bind.annotation.*;
            """;
    private static final String GUIDE_IMPORTS =
            """
            import dev.otp4j.actor.*;
            import dev.otp4j.process.*;
            import dev.otp4j.spring.SupervisedActor;
            import java.time.Duration;
            import org.springframework.http.*;
            import org.springframework.web.bind.annotation.*;
            import reactor.core.publisher.Mono;
            """;

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

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        OtpAutoConfiguration.class,
        NettyReactiveWebServerAutoConfiguration.class,
        HttpHandlerAutoConfiguration.class,
        WebFluxAutoConfiguration.class
    })
    static class ReactiveApplication {}

    @Test
    void theFirstActorHasAtMostTwentyLines() throws Exception {
        assertThat(blocks(README).getFirst().lines().toList()).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void theFirstActorAnswersThroughItsController() throws Exception {
        write("Greeter", blocks(README).get(0));
        write("GreetingController", CONTROLLER_IMPORTS + blocks(README).get(1));

        greets("GreetingController");
    }

    @Test
    void theOtherFormOfTheFirstActorAnswersTheSame() throws Exception {
        write("Greeter", GUIDE_IMPORTS + block(README, "class Greeter implements Actor<Integer"));
        write("GreetingController", CONTROLLER_IMPORTS + blocks(README).get(1));

        greets("GreetingController");
    }

    @Test
    void bothFormsOfTheGuideAnswerThroughItsController() throws Exception {
        write("GreetingController", GUIDE_IMPORTS + controllerOf(block(GUIDE, "class Greeter ")));
        write("Greeter", GUIDE_IMPORTS + actorOf(block(GUIDE, "class Greeter ")));
        greets("GreetingController");

        write("Greeter", GUIDE_IMPORTS + block(GUIDE, "class Greeter implements Actor<Integer"));
        greets("GreetingController");
    }

    /** The first block of the guide has the actor and its controller. */
    private static String controllerOf(String block) {
        return block.substring(block.indexOf("@RestController"));
    }

    private static String actorOf(String block) {
        return block.substring(0, block.indexOf("@RestController"));
    }

    private void greets(String controller) throws Exception {
        try (ConfigurableApplicationContext context =
                run(WebApplicationType.SERVLET, Application.class, controller)) {
            assertThat(get(context, "/hello/Joe")).isEqualTo("Hello Joe, number 1");
            assertThat(get(context, "/hello/Mike")).isEqualTo("Hello Mike, number 2");
        }
    }

    @Test
    void theReactiveControllerOfTheGuideAnswersToo() throws Exception {
        String controller = block(GUIDE, "class ReactiveGreetingController");
        write("Greeter", GUIDE_IMPORTS + actorOf(block(GUIDE, "class Greeter ")));
        write("ReactiveGreetingController", GUIDE_IMPORTS + controller);

        try (ConfigurableApplicationContext context =
                run(
                        WebApplicationType.REACTIVE,
                        ReactiveApplication.class,
                        "ReactiveGreetingController")) {
            assertThat(get(context, "/hello/Joe")).isEqualTo("Hello Joe, number 1");
            assertThat(get(context, "/hello/Mike")).isEqualTo("Hello Mike, number 2");
        }
    }

    private ConfigurableApplicationContext run(
            WebApplicationType type, Class<?> application, String controller) throws Exception {
        compile("Greeter", controller);
        var loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        return new SpringApplicationBuilder(
                        application, loader.loadClass("Greeter"), loader.loadClass(controller))
                .web(type)
                .properties("server.port=0")
                .run();
    }

    private static String get(ConfigurableApplicationContext context, String path)
            throws Exception {
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static String block(Path document, String part) throws IOException {
        return blocks(document).stream()
                .filter(one -> one.contains(part))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> blocks(Path document) throws IOException {
        Matcher matcher = JAVA_BLOCK.matcher(Files.readString(document));
        return matcher.results().map(result -> result.group(1)).toList();
    }

    private void write(String name, String source) throws IOException {
        Files.writeString(folder.resolve(name + ".java"), source);
    }

    private void compile(String... names) {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "-parameters",
                                "-classpath",
                                System.getProperty("java.class.path"),
                                "-d",
                                folder.toString()));
        for (String name : names) arguments.add(folder.resolve(name + ".java").toString());
        int result =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result).as("javac's exit code").isZero();
    }
}

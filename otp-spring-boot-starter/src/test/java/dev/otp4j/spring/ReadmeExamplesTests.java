/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import static dev.otp4j.spring.Documents.GUIDE;
import static dev.otp4j.spring.Documents.README;
import static dev.otp4j.spring.Documents.block;
import static dev.otp4j.spring.Documents.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.spring.autoconfigure.OtpAutoConfiguration;
import dev.otp4j.supervisor.FactorySupervisor;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
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
import org.springframework.boot.SpringBootVersion;
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
 * Compiles the README's first actor with its controller, and the examples of the guide, unchanged
 * from the documents, and runs them in an application.
 */
@Timeout(60) // compiles and starts a server
class ReadmeExamplesTests {
    private static final String CONTROLLER_IMPORTS =
            """
            import dev.otp4j.process.*;
            import org.springframework.web.bind.annotation.*;
            """;
    private static final String GUIDE_IMPORTS =
            """
            import dev.otp4j.actor.*;
            import dev.otp4j.application.*;
            import dev.otp4j.process.*;
            import dev.otp4j.spring.*;
            import dev.otp4j.spring.autoconfigure.RootSupervisor;
            import dev.otp4j.spring.event.*;
            import dev.otp4j.spring.transaction.AfterCommit;
            import dev.otp4j.supervisor.*;
            import java.time.Duration;
            import org.apache.commons.logging.*;
            import org.springframework.boot.validation.autoconfigure.ValidationConfigurationCustomizer;
            import org.springframework.context.annotation.*;
            import org.springframework.context.event.EventListener;
            import org.springframework.http.*;
            import org.springframework.jdbc.core.simple.JdbcClient;
            import org.springframework.stereotype.*;
            import org.springframework.transaction.annotation.Transactional;
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
        assertThat(blocks(README, "java").getFirst().lines().toList()).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void theFirstActorAnswersThroughItsController() throws Exception {
        write("Greeter", blocks(README, "java").get(0));
        write("GreetingController", CONTROLLER_IMPORTS + blocks(README, "java").get(1));

        greets("GreetingController");
    }

    @Test
    void theOtherFormOfTheFirstActorAnswersTheSame() throws Exception {
        write("Greeter", GUIDE_IMPORTS + block(README, "class Greeter implements Actor<Integer"));
        write("GreetingController", CONTROLLER_IMPORTS + blocks(README, "java").get(1));

        greets("GreetingController");
    }

    @Test
    void theVersionsAreThoseOfTheBuild() throws Exception {
        Matcher own =
                Pattern.compile("<artifactId>otp4j-parent</artifactId>\\s*<version>(.*?)</version>")
                        .matcher(Files.readString(Path.of("..", "pom.xml")));
        assertThat(own.find()).isTrue();
        String java = "" + Runtime.version().feature();
        String boot = SpringBootVersion.getVersion();

        assertThat(README)
                .content()
                .contains(
                        "<artifactId>otp-bom</artifactId>\n      <version>%s<"
                                .formatted(own.group(1)))
                .contains("dev.otp4j:otp-bom:%s\"".formatted(own.group(1)))
                .contains("| Java | %s |".formatted(java))
                .contains("| Spring Boot | %s |".formatted(boot))
                .containsPattern("\\| Spring Boot \\| .* \\| Not yet\\. \\|");
        assertThat(Path.of("..", "otp-bom", "pom.xml"))
                .content()
                .contains("Java %s: works. Spring Boot %s: works.".formatted(java, boot))
                .contains(": not yet.");
    }

    @Test
    void theGuideBeginsWithTheFormWithFields() throws Exception {
        assertThat(blocks(GUIDE, "java").getFirst()).contains("implements StatefulActor<");
    }

    @Test
    void bothFormsOfTheGuideAnswerThroughItsController() throws Exception {
        write("GreetingController", GUIDE_IMPORTS + block(GUIDE, "class GreetingController"));
        write("Greeter", GUIDE_IMPORTS + block(GUIDE, "class Greeter "));
        greets("GreetingController");

        write("Greeter", GUIDE_IMPORTS + block(GUIDE, "class Greeter implements Actor<Integer"));
        greets("GreetingController");
    }

    private void greets(String controller) throws Exception {
        try (ConfigurableApplicationContext context =
                run(WebApplicationType.SERVLET, Application.class, controller)) {
            assertThat(get(context, "/hello/Joe")).isEqualTo("Hello Joe, number 1");
            assertThat(get(context, "/hello/Mike")).isEqualTo("Hello Mike, number 2");
        }
    }

    /** The second form of the greeter, and its reactive controller, have tests of their own. */
    @Test
    void theOtherExamplesOfTheGuideFormOneApplication() throws Exception {
        var files = new ArrayList<String>();
        for (String block : blocks(GUIDE, "java")) {
            if (block.contains("Greeter implements Actor")) continue;
            files.add("Example" + files.size());
            write(files.getLast(), GUIDE_IMPORTS + block);
        }
        compile(files.toArray(String[]::new));

        try (ConfigurableApplicationContext context =
                start(
                        WebApplicationType.SERVLET,
                        Application.class,
                        "Alarm",
                        "CartFactory",
                        "Checkout",
                        "ConstraintsOfHandlers",
                        "Greeter",
                        "GreetingController",
                        "OwnSystem",
                        "Stock",
                        "StockController")) {
            assertThat(get(context, "/hello/Joe")).isEqualTo("Hello Joe, number 1");
            assertThat(post(context, "/take/3")).isEqualTo("7");
            assertThat(post(context, "/take/8")).contains("only 7 left", "409");
            OtpSystem system = context.getBean(OtpSystem.class);
            assertThat(context.getBeanNamesForType(OtpSystem.class)).containsExactly("shop");
            assertThat(system.find("/shop/stock", 0, 0)).isPresent();
            @SuppressWarnings("unchecked")
            var carts = (FactorySupervisor<String, ?>) context.getBean("carts");
            carts.startChild("ada");
            assertThat(system.find("/shop/carts/1", 0, 0)).isPresent();
        }
    }

    @Test
    void theReactiveControllerOfTheGuideAnswersToo() throws Exception {
        String controller = block(GUIDE, "class ReactiveGreetingController");
        write("Greeter", GUIDE_IMPORTS + block(GUIDE, "class Greeter "));
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
        return start(type, application, "Greeter", controller);
    }

    private ConfigurableApplicationContext start(
            WebApplicationType type, Class<?> application, String... beans) throws Exception {
        var loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        var builder = new SpringApplicationBuilder(application);
        for (String bean : beans) builder.sources(loader.loadClass(bean));
        return builder.web(type).properties("server.port=0").run();
    }

    private static String get(ConfigurableApplicationContext context, String path)
            throws Exception {
        return answer(context, path, HttpRequest.newBuilder().GET());
    }

    private static String post(ConfigurableApplicationContext context, String path)
            throws Exception {
        return answer(context, path, HttpRequest.newBuilder().POST(BodyPublishers.noBody()));
    }

    private static String answer(
            ConfigurableApplicationContext context, String path, HttpRequest.Builder request)
            throws Exception {
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        request.uri(URI.create("http://localhost:" + port + path));
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        }
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

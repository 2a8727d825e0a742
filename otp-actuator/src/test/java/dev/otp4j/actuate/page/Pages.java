/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import dev.otp4j.supervisor.StaticSupervisor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with a page, and a client that loads the page as a browser does. */
record Pages(ConfigurableApplicationContext context, String address) implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern LINK =
            Pattern.compile("(?:src=|href=|from |import )[\"']([^\"'#]+\\.[a-z]+)[\"']");

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean(destroyMethod = "close")
        OtpSystem otpSystem(Observer observer) {
            OtpSystem system =
                    OtpSystem.builder("shop")
                            .listener(observer)
                            .root(StaticSupervisor::oneForOne)
                            .build();
            system.start();
            return system;
        }
    }

    /** The page is at {@code path}, with the port of the server or of its own management server. */
    static Pages start(Map<String, String> properties, String path, Class<?>... more) {
        var all = new HashMap<String, Object>(properties);
        all.put("server.port", "0");
        all.putIfAbsent("management.endpoints.web.exposure.include", "health,otp,otpui");
        var sources = new LinkedHashSet<Class<?>>(List.of(more));
        sources.add(Application.class);
        var context =
                new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                        .properties(all)
                        .run();
        String port =
                context.getEnvironment()
                        .getRequiredProperty(
                                properties.containsKey("management.server.port")
                                        ? "local.management.port"
                                        : "local.server.port");
        return new Pages(context, "http://localhost:" + port + path);
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request(address + path, headers).build());
    }

    static HttpRequest.Builder request(String address, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(address));
        return headers.length == 0 ? request : request.headers(headers);
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Follows all links of the page and the imports of its modules; all must be there. */
    Set<URI> load(String path) {
        var found = new LinkedHashSet<URI>();
        follow(URI.create(address + path), found);
        return found;
    }

    private static void follow(URI file, Set<URI> found) {
        if (!found.add(file)) return;
        HttpResponse<String> answer = send(HttpRequest.newBuilder(file).build());
        assertThat(answer.statusCode()).as(file.toString()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse(""))
                .as(file.toString())
                .startsWith(type(file.getPath()));
        assertThat(answer.headers().firstValue("content-security-policy"))
                .as(file.toString())
                .isPresent();
        Matcher links = LINK.matcher(answer.body());
        while (links.find()) follow(file.resolve(links.group(1)), found);
    }

    private static String type(String path) {
        if (path.endsWith(".js")) return "text/javascript";
        if (path.endsWith(".css")) return "text/css";
        return path.endsWith(".svg") ? "image/svg+xml" : "text/html";
    }

    /** The address of the data, as the page finds it. */
    URI data(String path) {
        Matcher otp = Pattern.compile("data-otp=\"([^\"]+)\"").matcher(get(path).body());
        assertThat(otp.find()).isTrue();
        return URI.create(address + path).resolve(otp.group(1));
    }

    @Override
    public void close() {
        context.close();
    }
}

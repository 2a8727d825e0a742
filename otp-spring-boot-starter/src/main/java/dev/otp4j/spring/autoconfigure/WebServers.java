/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.util.List;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Decides whether the tree keeps the JVM alive, without needing Boot's or Spring's web modules. In
 * a web application the server does that: the application's own, or the one that it is deployed to.
 * A test with a mock web environment has no server, and its JVM need not be kept alive.
 */
final class WebServers {
    private static final List<String> WEB_CONTEXTS =
            List.of(
                    "org.springframework.boot.web.server.context.WebServerApplicationContext",
                    "org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext",
                    "org.springframework.web.context.WebApplicationContext");

    private WebServers() {}

    static boolean keepAlive(ApplicationContext context, OtpProperties properties) {
        return switch (properties.supervision().keepAlive()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> !isWeb(context);
        };
    }

    private static boolean isWeb(ApplicationContext context) {
        ClassLoader classes = context.getClass().getClassLoader();
        return WEB_CONTEXTS.stream()
                .filter(type -> ClassUtils.isPresent(type, classes))
                .anyMatch(type -> ClassUtils.resolveClassName(type, classes).isInstance(context));
    }
}

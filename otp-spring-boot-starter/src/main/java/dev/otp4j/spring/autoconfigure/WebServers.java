/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/** Whether an application has a web server, without needing its module. */
final class WebServers {
    private static final String WEB_SERVER_CONTEXT =
            "org.springframework.boot.web.server.context.WebServerApplicationContext";

    private WebServers() {}

    static boolean keepAlive(ApplicationContext context, OtpProperties properties) {
        return switch (properties.supervision().keepAlive()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> !isWeb(context);
        };
    }

    private static boolean isWeb(ApplicationContext context) {
        for (Class<?> type : ClassUtils.getAllInterfacesForClass(context.getClass())) {
            if (type.getName().equals(WEB_SERVER_CONTEXT)) return true;
        }
        return false;
    }
}

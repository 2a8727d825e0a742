/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Which role a request needs. What is not named here needs the highest one, so a path that is added
 * later is closed until it is named.
 */
final class Access {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final RequestMatcher open;
    private final RequestMatcher publishing =
            PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.POST, "/events");

    /**
     * Creates an instance.
     *
     * @param actuator path below which the actuator's endpoints are
     */
    Access(String actuator) {
        RequestMatcher paths =
                new OrRequestMatcher(
                        Stream.of(actuator + "/health/**", "/", "/index.html", "/page/**")
                                .map(PathPatternRequestMatcher.withDefaults()::matcher)
                                .toList());
        this.open = request -> isReading(request) && paths.matches(request);
    }

    /** {@return the requests that need no key: health, and the files of the page, without data} */
    RequestMatcher open() {
        return open;
    }

    /** {@return the role that a request needs if it is not open} */
    Role roleFor(HttpServletRequest request) {
        if (publishing.matches(request)) return Role.PUBLISHER;
        return isReading(request) ? Role.VIEWER : Role.OPERATOR;
    }

    private static boolean isReading(HttpServletRequest request) {
        return READING.contains(request.getMethod());
    }
}

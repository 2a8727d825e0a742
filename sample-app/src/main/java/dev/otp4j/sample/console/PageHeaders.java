/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.console;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The headers of the page and its files. They let it load nothing and ask nothing but its own
 * server, run no script and use no style that is not a file of it, and stand in no frame.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class PageHeaders extends OncePerRequestFilter {
    private static final Map<String, String> HEADERS =
            Map.of(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                            + "img-src 'self'; base-uri 'none'; form-action 'none'; "
                            + "frame-ancestors 'none'",
                    "X-Content-Type-Options",
                    "nosniff",
                    "Referrer-Policy",
                    "no-referrer",
                    "Cross-Origin-Opener-Policy",
                    "same-origin",
                    "Cross-Origin-Resource-Policy",
                    "same-origin",
                    "Cache-Control",
                    "no-store");

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isOfPage(request.getRequestURI())) HEADERS.forEach(response::setHeader);
        chain.doFilter(request, response);
    }

    private static boolean isOfPage(String path) {
        return path.equals("/") || path.equals("/index.html") || path.startsWith("/page/");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Sets the headers of the page in a servlet application: answers of endpoints cannot have any.
 * Before the security of the application, whose headers then leave these as they are.
 *
 * @since 0.1.0
 */
public final class PageServletFilter extends OncePerRequestFilter {
    private final PagePaths paths;

    /** Creates a filter that leaves all other paths alone. */
    public PageServletFilter(PagePaths paths) {
        this.paths = paths;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // the path below the servlet, which may have one of its own
        String below = request.getPathInfo();
        if (paths.covers(below == null ? request.getServletPath() : below)) {
            PageHeaders.set(response::setHeader);
        }
        chain.doFilter(request, response);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Sets the headers of the page in a reactive application; see {@link PageServletFilter}.
 *
 * @since 0.1.0
 */
public final class PageWebFilter implements WebFilter, Ordered {
    private final PagePaths paths;

    /** Creates a filter that leaves all other paths alone. */
    public PageWebFilter(PagePaths paths) {
        this.paths = paths;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        if (paths.covers(path)) PageHeaders.set(exchange.getResponse().getHeaders()::set);
        return chain.filter(exchange);
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}

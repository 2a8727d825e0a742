/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Takes the key from {@code Authorization: Bearer <key>}. A request with a key that is not known is
 * refused, also where none is needed; one without a key goes on, and what it may do is decided
 * later.
 */
final class ApiKeyFilter extends OncePerRequestFilter {
    private static final String SCHEME = "Bearer ";

    private final ApiKeys keys;
    private final Refusals refusals;

    ApiKeyFilter(ApiKeys keys, Refusals refusals) {
        this.keys = keys;
        this.refusals = refusals;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            chain.doFilter(request, response);
            return;
        }
        Optional<ApiKey> key = keyOf(header);
        if (key.isEmpty()) {
            refusals.commence(request, response, new BadCredentialsException("unknown key"));
            return;
        }
        SecurityContextHolder.setContext(new SecurityContextImpl(authentication(key.get())));
        chain.doFilter(request, response);
    }

    private Optional<ApiKey> keyOf(String header) {
        boolean bearer = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? keys.find(header.substring(SCHEME.length()).strip()) : Optional.empty();
    }

    private static UsernamePasswordAuthenticationToken authentication(ApiKey key) {
        var authorities =
                key.role().all().stream()
                        .map(role -> new SimpleGrantedAuthority("ROLE_" + role.name()))
                        .toList();
        @Nullable Object credentials = null; // not needed any more
        return UsernamePasswordAuthenticationToken.authenticated(
                key.name(), credentials, authorities);
    }
}

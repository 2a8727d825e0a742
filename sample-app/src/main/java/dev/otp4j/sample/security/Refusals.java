/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers with 401 where a key is missing or not known, and with 403 where its role does not
 * suffice. The header {@code WWW-Authenticate} is that of RFC 6750.
 */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
    private static final String CHALLENGE = "Bearer realm=\"relay\"";

    private final JsonMapper json;
    private final Access access;

    Refusals(JsonMapper json, Access access) {
        this.json = json;
        this.access = access;
    }

    @Override
    public void commence(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        if (e instanceof BadCredentialsException) {
            answer(
                    response,
                    HttpStatus.UNAUTHORIZED,
                    CHALLENGE + ", error=\"invalid_token\"",
                    "the API key is not known");
        } else {
            answer(
                    response,
                    HttpStatus.UNAUTHORIZED,
                    CHALLENGE,
                    "the request needs an API key: Authorization: Bearer <key>");
        }
    }

    @Override
    public void handle(
            HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException {
        String role = access.roleFor(request).name();
        answer(
                response,
                HttpStatus.FORBIDDEN,
                CHALLENGE
                        + ", error=\"insufficient_scope\", scope=\""
                        + role.toLowerCase(Locale.ROOT)
                        + "\"",
                "the request needs an API key with the role " + role);
    }

    private void answer(
            HttpServletResponse response, HttpStatus status, String challenge, String detail)
            throws IOException {
        response.setStatus(status.value());
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, challenge);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream()
                .write(json.writeValueAsBytes(ProblemDetail.forStatusAndDetail(status, detail)));
    }
}

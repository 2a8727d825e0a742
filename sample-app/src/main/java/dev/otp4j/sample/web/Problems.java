/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.json.JsonMapper;

/** Problem details for errors that no controller has answered. */
final class Problems {
    static final String TYPE = "application/problem+json";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
                    .build();

    private Problems() {}

    /**
     * {@return the status that a client is told} A request that the server cannot read is the fault
     * of the client, also if the server calls its method, encoding or version unknown.
     */
    static int told(int status) {
        boolean unreadable = status == 501 || status == 505;
        return unreadable ? HttpStatus.BAD_REQUEST.value() : status;
    }

    /** {@return a problem detail as JSON} It says no more than the status does. */
    static byte[] json(int status) {
        ProblemDetail problem = ProblemDetail.forStatus(status);
        if (status == HttpStatus.BAD_REQUEST.value()) {
            problem.setDetail("the request is malformed, or its head is too large");
        }
        return JSON.writeValueAsBytes(problem);
    }
}

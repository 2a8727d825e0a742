/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A request that is answered with a problem detail. */
final class ProblemException extends ErrorResponseException {
    private static final long serialVersionUID = 1L;

    ProblemException(HttpStatus status, String detail) {
        super(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }

    static ProblemException badRequest(String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, detail);
    }

    static ProblemException conflict(String detail) {
        return new ProblemException(HttpStatus.CONFLICT, detail);
    }

    static ProblemException notFound(String what, String id) {
        return new ProblemException(HttpStatus.NOT_FOUND, "there is no " + what + " '" + id + "'");
    }
}

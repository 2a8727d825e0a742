/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A request that is answered with a problem detail. */
final class ProblemException extends ErrorResponseException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_SHOWN = 80;

    ProblemException(HttpStatus status, String detail) {
        super(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }

    static ProblemException badRequest(String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, detail);
    }

    /**
     * A value of the request that breaks a rule.
     *
     * @param value what the client has sent: the text shows its beginning, in ASCII characters
     */
    static ProblemException badRequest(String rule, String value) {
        return badRequest(rule + ": \"" + shown(value) + "\"");
    }

    private static String shown(String value) {
        var text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            if (text.length() >= MAX_SHOWN) return text + "…";
            char c = value.charAt(i);
            if (c >= ' ' && c < 0x7F) text.append(c);
            else text.append("\\u%04x".formatted((int) c));
        }
        return text.toString();
    }

    static ProblemException conflict(String detail) {
        return new ProblemException(HttpStatus.CONFLICT, detail);
    }

    static ProblemException notFound(String what, String id) {
        return new ProblemException(HttpStatus.NOT_FOUND, "there is no " + what + " '" + id + "'");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import dev.otp4j.sample.ledger.IntakeSlowedException;
import dev.otp4j.sample.ledger.LedgerUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Answers every failure with a problem detail. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    /** Seconds. */
    private static final String RETRY_AFTER = "1";

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unavailable(LedgerUnavailableException e) {
        LOG.warn("{} ({})", e.getMessage(), String.valueOf(e.getCause()));
        return tryLater(e.getMessage());
    }

    /** Expected under load, and so not logged. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> slowed(IntakeSlowedException e) {
        return tryLater(e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadable(DataAccessException e) {
        LOG.warn("the database cannot be read", e);
        return tryLater("the database cannot be read");
    }

    /**
     * With a content type of its own, the answer does not depend on what the client accepts. Each
     * 503 says when to come again.
     */
    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        var own = new HttpHeaders(headers);
        own.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (status.isSameCodeAs(HttpStatus.SERVICE_UNAVAILABLE)) {
            own.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        return new ResponseEntity<>(body, own, status);
    }

    private static ResponseEntity<ProblemDetail> tryLater(String detail) {
        HttpStatus status = HttpStatus.SERVICE_UNAVAILABLE;
        return ResponseEntity.status(status)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemDetail.forStatusAndDetail(status, detail));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.CallException;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.SubjectException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/**
 * Answers a request whose controller's send or call has failed, in Spring MVC and in Spring
 * WebFlux. It comes after all other advice, and says nothing of what is inside the application: the
 * exception's message names processes and messages.
 *
 * <p>Spring also gives a handler the exceptions that have a {@link SubjectException} as their
 * cause. Those are the application's answer, such as a {@code ResponseStatusException}, so they are
 * thrown again, and Spring goes on with them.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class ProblemDetailsAdvice {
    private static final Log LOG = LogFactory.getLog(ProblemDetailsAdvice.class);
    private static final String LATE =
            "The request was not completed in time. It may still be carried out.";
    private static final String UNAVAILABLE = "The service cannot handle the request now.";

    private final Duration retryAfter;

    ProblemDetailsAdvice(Duration retryAfter) {
        this.retryAfter = retryAfter;
    }

    @ExceptionHandler(SubjectException.class)
    ResponseEntity<ProblemDetail> failed(SubjectException failure, Throwable thrown)
            throws Throwable {
        HttpStatus status = unwrapped(thrown) == failure ? status(failure) : null;
        if (status == null) throw thrown;
        LOG.debug("responding with status " + status.value(), failure);
        String detail = status == HttpStatus.GATEWAY_TIMEOUT ? LATE : UNAVAILABLE;
        var response = ResponseEntity.status(status);
        if (retryAfter.isPositive()) {
            response.header(HttpHeaders.RETRY_AFTER, Long.toString(seconds(retryAfter)));
        }
        return response.body(ProblemDetail.forStatusAndDetail(status, detail));
    }

    /** Without the wrappers of a future. */
    private static Throwable unwrapped(Throwable thrown) {
        Throwable inner = thrown;
        while (inner instanceof CompletionException || inner instanceof ExecutionException) {
            Throwable cause = inner.getCause();
            if (cause == null) return inner;
            inner = cause;
        }
        return inner;
    }

    /** The status of a failure, or null for a mistake in the application's code. */
    private static @Nullable HttpStatus status(SubjectException failure) {
        return switch (failure) {
            case CallException.TimedOut late -> HttpStatus.GATEWAY_TIMEOUT;
            case CallException.CalleeDown down -> HttpStatus.SERVICE_UNAVAILABLE;
            case CallException.NotRegistered vacant -> HttpStatus.SERVICE_UNAVAILABLE;
            case CallException.Restarting soon -> HttpStatus.SERVICE_UNAVAILABLE;
            case CallException.Rejected full -> HttpStatus.SERVICE_UNAVAILABLE;
            case CallException.RuntimeClosed closed -> HttpStatus.SERVICE_UNAVAILABLE;
            case CallException.NodeDown lost -> HttpStatus.SERVICE_UNAVAILABLE;
            case CallException.Unreachable lost -> HttpStatus.SERVICE_UNAVAILABLE;
            case CallException.Interrupted stopping -> HttpStatus.SERVICE_UNAVAILABLE;
            case NotRegisteredException vacant -> HttpStatus.SERVICE_UNAVAILABLE;
            case CallException.CallingSelf mistake -> null;
            case CallException.CallCycle mistake -> null;
            case CallException.NotSerializable mistake -> null;
        };
    }

    private static long seconds(Duration time) {
        return time.getNano() == 0 ? time.toSeconds() : time.toSeconds() + 1;
    }
}

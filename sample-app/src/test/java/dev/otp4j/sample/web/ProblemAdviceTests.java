/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.server.ResponseStatusException;

/** What all failures of a kind have in common, whichever part of the application reports them. */
class ProblemAdviceTests {
    @RestController
    static class Failing {
        @Nullable Exception failure;

        @GetMapping("/failing")
        void fail() throws Exception {
            if (failure != null) throw failure;
        }
    }

    static Stream<Exception> unavailable() {
        return Stream.of(
                new QueryTimeoutException("busy"),
                new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, "busy"),
                new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "busy"),
                new AsyncRequestTimeoutException());
    }

    @ParameterizedTest
    @MethodSource("unavailable")
    void each503SaysWhenToComeAgain(Exception failure) {
        var controller = new Failing();
        controller.failure = failure;
        var mvc =
                MockMvcTester.create(
                        MockMvcBuilders.standaloneSetup(controller)
                                .setControllerAdvice(new ProblemAdvice())
                                .build());

        assertThat(mvc.get().uri("/failing"))
                .hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
                .hasHeader("Retry-After", "1")
                .hasHeader("Content-Type", "application/problem+json");
    }
}

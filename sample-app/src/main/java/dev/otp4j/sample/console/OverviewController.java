/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.console;

import dev.otp4j.process.CallException;
import dev.otp4j.process.Subject;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** What the page shows, for each page that is open once a second. */
@RestController
class OverviewController {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Subject<Overview.Message> overview;

    OverviewController(Subject<Overview.Message> overview) {
        this.overview = overview;
    }

    @GetMapping(path = "/overview", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] show() {
        try {
            return overview.call(PATIENCE, Overview.Message.Look::new);
        } catch (CallException e) {
            throw new ResponseStatusException(
                    HttpStatus.SERVICE_UNAVAILABLE, "the overview is not available now");
        }
    }
}

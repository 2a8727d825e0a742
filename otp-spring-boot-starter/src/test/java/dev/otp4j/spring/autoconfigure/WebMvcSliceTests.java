/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.CallException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A slice test of a controller sees the same responses as a request over HTTP. */
@WebMvcTest(properties = "otp.web.problemdetails.enabled=true")
class WebMvcSliceTests {
    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(Late.class)
    static class Application {}

    @RestController
    static class Late {
        @GetMapping("/late")
        String late() {
            throw new CallException.TimedOut("clerk", Duration.ofSeconds(1), "it is idle");
        }
    }

    @Test
    void aFailedCallIsAProblem(@Autowired MockMvcTester client) {
        assertThat(client.get().uri("/late")).hasStatus(HttpStatus.GATEWAY_TIMEOUT);
    }
}

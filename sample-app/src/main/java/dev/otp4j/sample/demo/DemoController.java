/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import dev.otp4j.process.CallException;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import java.util.function.Function;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Shows what the demo receiver has got, and tells it how to answer. */
@RestController
@ConditionalOnBooleanProperty("relay.demo")
@RequestMapping(path = "/demo/receiver", produces = MediaType.APPLICATION_JSON_VALUE)
class DemoController {
    private final Subject<DemoMessage> receiver;

    DemoController(Subject<DemoMessage> receiver) {
        this.receiver = receiver;
    }

    @GetMapping
    DemoMessage.State show() {
        return ask(DemoMessage.Show::new);
    }

    @PostMapping
    DemoMessage.State change(@RequestParam String mode) {
        DemoMode next =
                DemoMode.of(mode)
                        .orElseThrow(
                                () ->
                                        new ResponseStatusException(
                                                HttpStatus.BAD_REQUEST,
                                                "'mode' must be healthy, slow, failing or down"));
        return ask(reply -> new DemoMessage.Change(next, reply));
    }

    private DemoMessage.State ask(Function<ReplyTo<DemoMessage.State>, DemoMessage> request) {
        try {
            return receiver.call(request::apply);
        } catch (CallException e) {
            throw new ResponseStatusException(
                    HttpStatus.SERVICE_UNAVAILABLE, "the demo receiver does not run now");
        }
    }
}

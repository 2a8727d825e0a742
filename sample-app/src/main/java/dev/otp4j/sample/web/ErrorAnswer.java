/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * Answers with a problem detail where the server or a filter reports an error. Replaces the page
 * and the JSON of Spring Boot.
 */
@Controller
class ErrorAnswer implements ErrorController {
    @RequestMapping("/error")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int status =
                request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer error
                        ? Problems.told(error)
                        : HttpStatus.NOT_FOUND.value(); // no error: a client asked for this path
        response.setStatus(status);
        response.setContentType(Problems.TYPE);
        response.getOutputStream().write(Problems.json(status));
    }
}

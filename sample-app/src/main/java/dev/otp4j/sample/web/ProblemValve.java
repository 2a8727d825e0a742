/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

/**
 * Answers with a problem detail where Tomcat refuses a request before it comes to the application,
 * such as a malformed one. Replaces the HTML of Tomcat.
 */
class ProblemValve extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = Problems.told(response.getStatus());
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        if (!canWrite(response)) return;
        try {
            response.setStatus(status);
            response.setContentType(Problems.TYPE);
            response.setCharacterEncoding("utf-8");
            Writer writer = response.getReporter();
            if (writer == null) return; // the application has begun to write
            writer.write(new String(Problems.json(status), StandardCharsets.UTF_8));
            response.finishResponse();
        } catch (IOException e) {
            // the client is gone
        }
    }

    private static boolean canWrite(Response response) {
        var allowed = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, allowed);
        return allowed.get();
    }
}

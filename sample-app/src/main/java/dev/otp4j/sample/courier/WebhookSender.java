/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.sample.ledger.Due;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Sends one signed request and waits for the answer. Redirects are not followed; they count as
 * answers.
 */
@Component
class WebhookSender implements DisposableBean {
    private final CourierProperties properties;
    private final Clock clock;
    private final HttpClient http;

    WebhookSender(CourierProperties properties, Clock clock) {
        this.properties = properties;
        this.clock = clock;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(properties.requestTimeout())
                        .executor(Thread::startVirtualThread) // the default keeps threads
                        .build();
    }

    Answer send(Due due) {
        CompletableFuture<HttpResponse<Void>> exchange =
                http.sendAsync(request(due), BodyHandlers.discarding());
        try {
            // limits the whole exchange, so that an answer that trickles in ends too
            return new Answer.Status(
                    exchange.get(properties.requestTimeout().toMillis(), TimeUnit.MILLISECONDS)
                            .statusCode());
        } catch (TimeoutException e) {
            return new Answer.None("no answer within " + properties.requestTimeout());
        } catch (ExecutionException e) {
            return new Answer.None(reason(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.None("interrupted");
        } finally {
            exchange.cancel(true);
        }
    }

    private HttpRequest request(Due due) {
        Instant now = clock.instant();
        return HttpRequest.newBuilder(due.subscription().url())
                .header("content-type", "application/json")
                .header("user-agent", "otp4j-relay")
                .header("webhook-id", due.eventId())
                .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
                .header(
                        "webhook-signature",
                        Signature.of(due.subscription().secret(), due.eventId(), now, due.body()))
                .POST(BodyPublishers.ofByteArray(due.body()))
                .build();
    }

    private static String reason(Throwable cause) {
        String text = cause.getClass().getSimpleName();
        return cause.getMessage() == null ? text : text + ": " + cause.getMessage();
    }

    @Override
    public void destroy() {
        http.shutdownNow();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.sample.courier.Failure.Category;
import dev.otp4j.sample.ledger.Due;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Sends one signed request and waits for the status. Redirects are not followed; they count as
 * answers. The status decides: what follows it is not waited for.
 *
 * <p>A subscriber may close an idle connection while a request is on its way. Such a request is
 * repeated at once, on a new connection, and counts as one attempt.
 *
 * <p>Blocks its thread for at most {@code relay.request-timeout}, or until the thread is
 * interrupted, which closes the connection.
 */
@Component
class WebhookSender implements DisposableBean {
    /** How long an answer's body may take, so that its connection can be used again. */
    private static final Duration BODY_TIME = Duration.ofMillis(200);

    private static final int BODY_BYTES = 16 * 1024;

    private final CourierProperties properties;
    private final Clock clock;
    private final Resolver resolver;
    private final CloseableHttpClient keeping;
    private final CloseableHttpClient connecting;
    private final Alarms alarms = new Alarms();

    @Autowired
    WebhookSender(CourierProperties properties, Destinations destinations, Clock clock) {
        this(properties, destinations, clock, InetAddress::getAllByName);
    }

    WebhookSender(
            CourierProperties properties,
            Destinations destinations,
            Clock clock,
            Resolver.Lookup lookup) {
        this.properties = properties;
        this.clock = clock;
        this.resolver = new Resolver(lookup, destinations, properties.requestTimeout());
        this.keeping = SubscriberClient.keeping(resolver, properties.requestTimeout());
        this.connecting = SubscriberClient.connecting(resolver, properties.requestTimeout());
    }

    Answer send(Due due) {
        long end = System.nanoTime() + properties.requestTimeout().toNanos();
        HttpClientContext context = HttpClientContext.create();
        try {
            return exchange(keeping, due, context, end);
        } catch (IOException | IllegalStateException e) {
            if (isOver(end) || !(e instanceof IOException io) || !wasIdle(context, io)) {
                return answer(e, end);
            }
        } catch (OutOfMemoryError e) {
            return Failures.of(e);
        }
        return sendAgain(due, end);
    }

    private Answer sendAgain(Due due, long end) {
        try {
            return exchange(connecting, due, HttpClientContext.create(), end);
        } catch (IOException | IllegalStateException e) {
            return answer(e, end);
        } catch (OutOfMemoryError e) {
            return Failures.of(e);
        }
    }

    /** When the time is over, the alarm has cancelled the request, at whatever step it was. */
    private static Answer answer(Exception e, long end) {
        if (isOver(end)) return new Answer.None(Failure.of(Category.TIMEOUT));
        if (e instanceof IOException io) return Failures.of(io);
        throw (IllegalStateException) e;
    }

    private static boolean isOver(long end) {
        return end - System.nanoTime() <= 0;
    }

    /** Whether the connection had served a request before, and was closed without an answer. */
    private static boolean wasIdle(HttpClientContext context, IOException e) {
        boolean closed =
                e instanceof NoHttpResponseException
                        || e instanceof ConnectionClosedException
                        || e instanceof SocketException
                        || e instanceof SSLException;
        var connection = context.getEndpointDetails();
        return closed
                && connection != null
                && connection.getResponseCount() > 0
                && !Thread.currentThread().isInterrupted();
    }

    private Answer exchange(
            CloseableHttpClient client, Due due, HttpClientContext context, long end)
            throws IOException {
        HttpPost post = request(due);
        Answer answer;
        ClassicHttpResponse response;
        try (var alarm = alarms.at(end, post::cancel)) {
            response = client.executeOpen(null, post, context);
            answer = status(response);
        }
        try (var alarm = alarms.at(System.nanoTime() + BODY_TIME.toNanos(), post::cancel)) {
            if (!isShort(response)) post.cancel();
            response.close();
        } catch (IOException e) {
            // the status is there, and decides
        }
        return answer;
    }

    private Answer status(ClassicHttpResponse response) {
        Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
        @Nullable String text = retryAfter == null ? null : retryAfter.getValue();
        return new Answer.Status(response.getCode(), RetryAfter.parse(text, clock.instant()));
    }

    /** Reads the start of the body. {@return whether that was all} */
    private static boolean isShort(ClassicHttpResponse response) {
        if (response.getEntity() == null) return true;
        try {
            return response.getEntity().getContent().readNBytes(BODY_BYTES).length < BODY_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpPost request(Due due) {
        Instant now = clock.instant();
        var post = new HttpPost(due.subscription().url());
        post.setHeader("webhook-id", due.eventId());
        post.setHeader("webhook-timestamp", Long.toString(now.getEpochSecond()));
        post.setHeader(
                "webhook-signature",
                Signature.of(due.subscription().signing(now), due.eventId(), now, due.body()));
        post.setEntity(new ByteArrayEntity(due.body(), ContentType.create("application/json")));
        return post;
    }

    @Override
    public void destroy() throws IOException {
        keeping.close();
        connecting.close();
        alarms.close();
        resolver.close();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the answers of web controllers whose sends and calls fail.
 *
 * @param problemdetails RFC 9457 problem details for failed sends and calls.
 */
@ConfigurationProperties("otp.web")
public record OtpWebProperties(@DefaultValue Problemdetails problemdetails) {
    /**
     * RFC 9457 problem details for failed sends and calls.
     *
     * @param enabled Whether a web request is answered with a problem detail and status 503 or 504
     *     if its send or call to an actor fails.
     * @param retryAfter Time after which a client should try again. Sent as 'Retry-After', rounded
     *     up to seconds. Zero sends none.
     */
    public record Problemdetails(
            @DefaultValue("false") boolean enabled, @DefaultValue("5s") Duration retryAfter) {

        /** Throws if the time is negative. */
        public Problemdetails {
            if (retryAfter.isNegative()) {
                throw new IllegalArgumentException(
                        "'otp.web.problemdetails.retry-after' must not be negative: " + retryAfter);
            }
        }
    }
}

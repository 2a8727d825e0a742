/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * What the HTTP interface takes in.
 *
 * @param maxBodiesInFlight How many bytes the bodies of all requests that are being served may have
 *     together. A request beyond this is refused with 503. At least 256KB. Default: a 32nd of the
 *     largest heap.
 */
@ConfigurationProperties("relay")
record WebProperties(@Nullable DataSize maxBodiesInFlight) {
    private static final int SHARE_OF_HEAP = 32;

    WebProperties {
        if (maxBodiesInFlight != null && maxBodiesInFlight.toBytes() < JsonBody.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "'relay.max-bodies-in-flight' must be at least 256KB, the largest body: "
                            + maxBodiesInFlight);
        }
    }

    long bytesInFlight() {
        if (maxBodiesInFlight != null) return maxBodiesInFlight.toBytes();
        return Math.max(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP, 2L * JsonBody.MAX_BYTES);
    }
}

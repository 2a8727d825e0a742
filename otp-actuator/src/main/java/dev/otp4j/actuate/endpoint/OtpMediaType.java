/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.actuate.endpoint.OtpEndpointWebExtension.Format;
import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * What a request may accept: {@code Accept: text/plain} has the answer written as text. If a
 * request accepts several types, Boot takes the last one of these.
 */
enum OtpMediaType implements Producible<OtpMediaType> {
    /** Lines for a terminal. */
    TEXT(MimeTypeUtils.TEXT_PLAIN, Format.TEXT),
    /** Any JSON. */
    JSON(MimeTypeUtils.APPLICATION_JSON, Format.JSON),
    /** Boot's own type for answers of endpoints. */
    ACTUATOR(ApiVersion.V3.getProducedMimeType(), Format.JSON);

    private final MimeType type;
    private final Format format;

    OtpMediaType(MimeType type, Format format) {
        this.type = type;
        this.format = format;
    }

    /** {@return how the answer is written if the request names no format} */
    Format format() {
        return format;
    }

    /** {@return the type of an answer in JSON; {@code format=json} goes with any} */
    MimeType json() {
        return this == TEXT ? JSON.type : type;
    }

    @Override
    public MimeType getProducedMimeType() {
        return type;
    }

    @Override
    public boolean isDefault() {
        return this == ACTUATOR;
    }
}

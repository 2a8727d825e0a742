/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpStartException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The start of the whole tree took too long. The message names the actor that was being started.
 */
final class StartTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartTimeoutException(Duration limit, @Nullable String stuck, OtpStartException cause) {
        super(
                "The supervision tree did not start within %s%s."
                        .formatted(
                                limit,
                                stuck == null
                                        ? ""
                                        : ": the initialiser of " + stuck + " was still running"),
                cause);
    }
}

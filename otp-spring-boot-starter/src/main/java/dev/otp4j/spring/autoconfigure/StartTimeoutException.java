/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.OtpStartException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The whole tree took too long to start. Says which actor was being started. */
final class StartTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartTimeoutException(Duration limit, @Nullable String stuck, OtpStartException cause) {
        super(
                "The supervision tree was not started within %s%s."
                        .formatted(
                                limit,
                                stuck == null
                                        ? ""
                                        : "; the initialiser of " + stuck + " was running"),
                cause);
    }
}

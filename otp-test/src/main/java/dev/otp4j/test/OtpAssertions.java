/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.application.OtpSystem;
import org.assertj.core.api.Assertions;

/**
 * The entry to the assertions about supervision trees, and to all of AssertJ's.
 *
 * {@snippet :
 * import static dev.otp4j.test.OtpAssertions.assertThat;
 *
 * assertThat(system).actor("/payments").isRunning().hasRestarts(1);
 * assertThat("AssertJ's own").isNotEmpty();
 * }
 *
 * <p>Needs AssertJ.
 *
 * @since 0.1.0
 */
public final class OtpAssertions extends Assertions {
    private OtpAssertions() {}

    /** {@return assertions about a system} */
    public static OtpSystemAssert assertThat(OtpSystem actual) {
        return new OtpSystemAssert(actual);
    }
}

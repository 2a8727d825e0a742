/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.process.MailboxLimit.WhenFull;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MailboxLimitTests {
    @Test
    void aLimitHasAllItWasGiven() {
        assertThat(MailboxLimit.blocking(3, Duration.ofSeconds(2)))
                .isEqualTo(new MailboxLimit(3, WhenFull.BLOCK, Duration.ofSeconds(2)));
        assertThat(MailboxLimit.rejecting(3))
                .isEqualTo(new MailboxLimit(3, WhenFull.REJECT, Duration.ZERO));
        assertThat(MailboxLimit.droppingNewest(3))
                .isEqualTo(new MailboxLimit(3, WhenFull.DROP_NEWEST, Duration.ZERO));
    }

    @Test
    void refusesValuesThatMeanNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MailboxLimit.rejecting(0))
                .withMessage("'capacity' must be positive: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MailboxLimit.blocking(1, Duration.ZERO))
                .withMessage("'longestWait' must be positive: PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MailboxLimit.blocking(1, Duration.ofSeconds(-1)))
                .withMessage("'longestWait' must be positive: PT-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MailboxLimit(1, WhenFull.REJECT, Duration.ofSeconds(1)))
                .withMessage("'longestWait' must be zero unless senders wait: PT1S");
    }
}

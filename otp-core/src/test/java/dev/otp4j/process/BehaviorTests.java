/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otp4j.testkit.OtpTest;
import org.junit.jupiter.api.Test;

@OtpTest
class BehaviorTests {
    private static final class Printer extends Behavior<Object> {
        @Override
        protected Object init() {
            return this;
        }

        @Override
        protected void handle(Object message) {}
    }

    @Test
    void anObjectThatWasStartedBeforeIsRefusedWithTheProcessThatHasIt() {
        var printer = new Printer();
        var first = (Startup.Running) Behavior.start(printer, ProcessOptions.defaults());

        assertThatIllegalStateException()
                .isThrownBy(() -> Behavior.start(printer, ProcessOptions.defaults()))
                .withMessage(
                        "%s was already started as %s: create a new object for each start",
                        Printer.class.getName(), first.pid());
        Processes.unlink(first.pid());
        Processes.kill(first.pid());
    }
}

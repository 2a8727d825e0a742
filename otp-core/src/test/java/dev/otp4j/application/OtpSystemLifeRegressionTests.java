/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.StaticSupervisor;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OtpSystemLifeRegressionTests {
    /**
     * A restart while the end of the life before is still told: the log line about giving up takes
     * long.
     */
    @Test
    @Timeout(30)
    void theEndOfALifeThatGaveUpDoesNotEndThePresentOne() {
        var inLog = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var slow =
                new java.util.logging.Handler() {
                    @Override
                    public void publish(java.util.logging.LogRecord record) {
                        inLog.countDown();
                        stubbornly(goOn);
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        var logger = java.util.logging.Logger.getLogger(OtpSystem.class.getName());
        logger.addHandler(slow);
        try (OtpSystem system = OtpSystem.builder("x").root(StaticSupervisor::oneForOne).build()) {
            system.start();
            var first = system.whenTerminated().toCompletableFuture();
            Processes.kill(Objects.requireNonNull(system.tree(0, 0).orElseThrow().pid()));
            stubbornly(inLog);

            system.start();
            var second = system.whenTerminated().toCompletableFuture();
            goOn.countDown();

            assertThat(dev.otp4j.testkit.Expect.get(first)).isEqualTo(ExitReason.KILLED);
            assertThat(second).isNotDone();
        } finally {
            logger.removeHandler(slow);
        }
    }
}

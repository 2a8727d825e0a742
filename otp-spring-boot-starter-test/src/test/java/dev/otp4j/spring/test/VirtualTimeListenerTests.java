/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.VirtualClock;
import dev.otp4j.spring.test.clock.Reminder;
import dev.otp4j.spring.test.clock.ReminderApplication;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestContextManager;

class VirtualTimeListenerTests {
    @ActorTest(Reminder.class)
    @VirtualTime
    @ContextConfiguration(classes = ReminderApplication.class)
    static class Failing {
        void method() {}
    }

    @Test
    void aFailureNamesItsSeedAndShowsTheTree() throws Exception {
        var test = new TestContextManager(Failing.class);
        var instance = new Failing();
        var method = Failing.class.getDeclaredMethod("method");
        test.prepareTestInstance(instance);
        test.beforeTestMethod(instance, method);
        long seed =
                test.getTestContext().getApplicationContext().getBean(VirtualClock.class).seed();
        var failure = new AssertionError("failed");

        test.afterTestMethod(instance, method, failure);

        assertThat(failure.getSuppressed())
                .singleElement()
                .asString()
                .contains("-Dotp.simulation.seed=" + seed, "/reminder RUNNING");
        test.getTestContext().markApplicationContextDirty(null);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.spring.OtpSystemCustomizer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Gives the context of a test with {@link VirtualTime} a clock. */
final class VirtualTimeContextCustomizerFactory implements ContextCustomizerFactory {
    static final String CLOCK = "otpVirtualClock";

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        return TestContextAnnotationUtils.hasAnnotation(testClass, VirtualTime.class)
                ? new OnVirtualTime()
                : null;
    }

    /** All are equal: part of the key under which Spring caches the context. */
    private record OnVirtualTime() implements ContextCustomizer {
        @Override
        public void customizeContext(
                ConfigurableApplicationContext context, MergedContextConfiguration merged) {
            ConfigurableListableBeanFactory beans = context.getBeanFactory();
            VirtualClock clock = VirtualClock.create();
            beans.registerSingleton(CLOCK, clock);
            beans.registerSingleton("otpVirtualClockCustomizer", new Customizer(clock));
        }
    }

    private record Customizer(VirtualClock clock) implements OtpSystemCustomizer {
        @Override
        public void customize(OtpSystem.Builder system) {
            system.runtime(runtime -> runtime.virtualTime(clock));
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import dev.otp4j.application.OtpSystem;

/**
 * Changes the builder of the auto-configured {@link OtpSystem} before it is built. Beans of this
 * type are called in their order, after the properties were applied; the root supervisor is set
 * already.
 *
 * {@snippet :
 * @Bean
 * OtpSystemCustomizer unchained() {
 *     return system -> system.runtime(runtime -> runtime.chaining(false));
 * }
 * }
 *
 * <p>Not called if the application defines an {@code OtpSystem} bean of its own.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface OtpSystemCustomizer {
    /** Changes the builder. What it throws fails the start of the context. */
    void customize(OtpSystem.Builder system);
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails each test that leaves processes, timers or threads behind: registers {@link OtpExtension}.
 *
 * {@snippet :
 * @DetectLeaks
 * class PaymentsTests { … }
 * }
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@ExtendWith(OtpExtension.class)
public @interface DetectLeaks {}

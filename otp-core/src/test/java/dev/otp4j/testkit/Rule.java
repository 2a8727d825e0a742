/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which of the promised behaviours a test shows; {@code docs/conformance.md} is made from it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Rule {
    /** Rules such as {@code P-24}, and traps such as {@code TR-06}. */
    String[] value();
}

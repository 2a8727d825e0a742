/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.marks;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Only the thread that runs the process at this moment may call the method or touch the field. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.METHOD, ElementType.FIELD})
public @interface OwnerThread {}

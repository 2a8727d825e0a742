/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Children of the supervision tree that run on one instance of the application.
 *
 * <p>Belongs here: the annotation. May use: {@code dev.otp4j.lease}. Secret: nothing.
 */
@NullMarked
package dev.otp4j.spring.singleton;

import org.jspecify.annotations.NullMarked;

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Tests of Spring applications that have actors: the slice {@link dev.otp4j.spring.test.ActorTest}.
 * Probes, assertions and failures on purpose are in {@code dev.otp4j.test}.
 *
 * <p>Belongs here: what needs Spring's test framework. May use: {@code dev.otp4j.spring}, its
 * auto-configuration, {@code dev.otp4j.test}, the public packages of otp-core.
 */
@NullMarked
package dev.otp4j.spring.test;

import org.jspecify.annotations.NullMarked;

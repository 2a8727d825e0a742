/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Observations of Micrometer for calls and for the handling of messages.
 *
 * <p>Belongs here: what an application replaces or names, and what makes the observations and their
 * spans. May use: {@code process}, {@code application}, Micrometer's observations; {@link
 * OtpTracingObservationHandler} alone uses Micrometer Tracing. Secret: how a span finds the span of
 * its sender.
 */
@NullMarked
package dev.otp4j.spring.observation;

import org.jspecify.annotations.NullMarked;

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How a runtime gets threads, waits and tells the time.
 *
 * <p>Belongs here: schedulers, the virtual clock, spinning, the compensation for unfair queues in
 * the JDK's scheduler ({@code Diversion}), the sentry's thread, the queue of reports. May use:
 * {@code internal.log}. It knows no process: the sentry asks {@code SentryDuties} what to look at.
 * Secret: which JDK classes make, park and wake threads.
 */
@NullMarked
package dev.otp4j.internal.threads;

import org.jspecify.annotations.NullMarked;

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Tests of actors and supervision trees, without Spring: probes, assertions, failures on purpose,
 * and a search for what a test has left running.
 *
 * {@snippet :
 * Probe<Invoice> mailer = Probe.create("mailer");
 * orders.send(new Order(7, mailer));
 * mailer.expect(Invoice.class);
 *
 * OtpTesting.crash(system, "/orders", new IOException("disk full"));
 * assertThat(system).actor("/orders").isRunning().hasRestarts(1);
 * }
 *
 * <p>Everything that waits has a time limit: 3 s, unless the system property {@code
 * otp.test.timeout} has another duration, such as {@code 500ms}, {@code 10s} or {@code PT1M}; see
 * {@link dev.otp4j.test.TestLimits}. Nothing here sleeps: a wait is over as soon as what it waits
 * for is there.
 *
 * <p>Belongs here: what a test of the core alone can use. May use: the public packages of otp-core;
 * AssertJ in the assertions alone, JUnit in the extension alone, because both are optional.
 */
@NullMarked
package dev.otp4j.test;

import org.jspecify.annotations.NullMarked;

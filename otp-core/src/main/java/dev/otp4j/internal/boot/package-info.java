/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The start of a tree as the supervisors that carry it out and the system that may call it off both
 * see it.
 *
 * <p>Belongs here: what {@code supervisor} and {@code application} share about a start. May use:
 * {@code process}, its public part, and {@code internal.path}. Knows no supervisor: what it carries
 * for them is an object to it.
 */
@NullMarked
package dev.otp4j.internal.boot;

import org.jspecify.annotations.NullMarked;

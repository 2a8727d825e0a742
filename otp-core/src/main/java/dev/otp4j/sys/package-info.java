/* SPDX-License-Identifier: Apache-2.0 */
/**
 * System messages: how running actors and supervisors are looked into, suspended and repaired.
 *
 * <p>Belongs here: the requests and what they answer. May use: {@code process}. Secret: what is
 * recorded of a process.
 */
@NullMarked
package dev.otp4j.sys;

import org.jspecify.annotations.NullMarked;

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * System messages: tools read the state of running actors and supervisors, suspend and repair them.
 *
 * <p>Belongs here: the requests and their answers. May use: {@code process}. Secret: what is
 * recorded of a process.
 */
@NullMarked
package dev.otp4j.sys;

import org.jspecify.annotations.NullMarked;

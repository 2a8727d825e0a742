/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * The body of a process on the thread of a caller of {@link Processes#run}. The caller gets its
 * failure, so the engine does not report it.
 */
interface CallersBody extends Runnable {}

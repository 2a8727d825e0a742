/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * The body of a process on the thread of a caller of {@link Processes#run}, who gets its failure:
 * it is not reported.
 */
interface CallersBody extends Runnable {}

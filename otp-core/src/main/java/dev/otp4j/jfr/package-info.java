/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Events of JDK Flight Recorder: crashes, restarts, failed calls, dropped messages, stuck and slow
 * handlers.
 *
 * <p>Belongs here: the event types, and the listener and the timing that commit them. May use:
 * {@code observer} and what that may use, and the module {@code jdk.jfr}, which no other package
 * uses and which a JVM may lack. Events have types, paths and counts, never a message, a state or
 * the text of an exception. Secret: which of the engine's reports becomes which event.
 */
@NullMarked
package dev.otp4j.jfr;

import org.jspecify.annotations.NullMarked;

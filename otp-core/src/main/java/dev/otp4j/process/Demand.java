/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * What starts the process of a {@link Name} when a message needs it; see {@link Name#onDemand}.
 *
 * {@snippet :
 * record Room(String key, Subject<Room> starter) implements Demand {
 *     public void run() {
 *         starter.trySend(this); // its process starts the room
 *     }
 *
 *     public String toString() {
 *         return "room-" + key;
 *     }
 * }
 * }
 *
 * <p>{@code toString} is the text of the name. {@code run} is called each time a message was held
 * because the name has no process: by the sender's thread, which counts as one that runs no process
 * meanwhile, under no lock, and after the message was held. It must return at once and must not
 * throw. If it fails for want of stack or memory, it is called again, by another thread.
 *
 * @since 0.1.0
 */
public interface Demand extends Runnable {}

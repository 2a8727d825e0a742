/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.List;

/**
 * Code that still runs for a process that is dead: its thread has not come back yet. It has no
 * effect on any process any more, but it holds what it holds: locks, files, a carrier thread if it
 * computes.
 *
 * @param pid the dead process
 * @param age how long it has been dead
 * @param thread name of its thread
 * @param stack where its thread is now
 * @since 0.1.0
 */
public record Zombie(Pid pid, Duration age, String thread, List<StackTraceElement> stack) {}

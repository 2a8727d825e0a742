/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.List;

/**
 * A dead process with code that still runs: its thread has not come back yet. The code has no
 * effect on any process any more, but it keeps its locks and files, and a carrier thread if it
 * computes.
 *
 * @param pid the dead process
 * @param age how long it has been dead
 * @param thread name of its thread
 * @param stack stack of its thread now
 * @since 0.1.0
 */
public record Zombie(Pid pid, Duration age, String thread, List<StackTraceElement> stack) {}

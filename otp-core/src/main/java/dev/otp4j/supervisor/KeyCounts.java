/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * How many keys of a {@link KeyedFactory} are in which state, as they were at one moment.
 *
 * <p>Components may be added in any release: do not call the constructor, and do not match with a
 * record pattern.
 *
 * @param keys keys that have a process, are being started or restarted, or are left down; those
 *     that were passivated do not count
 * @param failed keys that are left down
 * @param starting how many initialisers run now
 * @param waiting keys that wait until one of the starts before them is over
 * @param passivated how many processes were ended because they were idle, since the {@code
 *     KeyedFactory} was made
 * @since 0.1.0
 */
public record KeyCounts(int keys, int failed, int starting, int waiting, long passivated) {}

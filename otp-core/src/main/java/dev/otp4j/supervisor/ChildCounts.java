/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * How many children a supervisor has.
 *
 * <p>Counterpart: {@code supervisor:count_children/1}.
 *
 * @param specifications all, running or not; of a factory, which has one template, its children
 * @param active those that have a live process
 * @param supervisors those that supervise, running or not
 * @param workers those that work, running or not
 * @since 0.1.0
 */
public record ChildCounts(int specifications, int active, int supervisors, int workers) {}

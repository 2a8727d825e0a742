/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Singletons: children of a supervision tree that run on one instance of an application at a time,
 * decided by leases in the application's database.
 *
 * <p>Belongs here: leases, what stores them, what keeps them, and the place of a singleton in its
 * tree. May use: the public packages of the core, {@code java.sql}. Secret: how a lease is won,
 * renewed and lost.
 *
 * <p>Start to read at {@link dev.otp4j.lease.Singleton} and {@link dev.otp4j.lease.LeaseKeeper}.
 *
 * <h2>How it works</h2>
 *
 * <ul>
 *   <li>{@code LeaseRow}, {@code LeaseStore}, {@code JdbcLeaseStore}: one row for each lease,
 *       changed only if it is still as it was read.
 *   <li>{@code Standing}: what this instance knows of a lease, one immutable value at a time, with
 *       the table of its states. {@code Decision}: what follows from it and the time; pure.
 *   <li>{@code Lease}: one lease in this instance: its standing, the process that wants it, the
 *       root of what runs because of it.
 *   <li>{@code Renewer}: the thread that talks to the store. {@code Watcher}: the thread that only
 *       looks at the time, and ends what runs too long. {@code LeaseKeeper}: has both.
 *   <li>{@code Singleton}, {@code SingletonPlace}: the child of a tree. {@code Tenure}: what the
 *       code of a singleton gets. {@code Subtree}: the kill.
 *   <li>{@code LeaseInfo}: what tools see.
 * </ul>
 */
@NullMarked
package dev.otp4j.lease;

import org.jspecify.annotations.NullMarked;

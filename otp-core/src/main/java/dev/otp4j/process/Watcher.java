/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who is told once when a process ends: a monitor, a waiting caller, a starter, the
 * runtime.
 *
 * <p>Watchers of a process stand in a doubly linked list of its cell, so that adding and removing
 * one costs the same however many there are. {@code prev}, {@code next} and {@code listed} are
 * guarded by the target's lock.
 */
abstract class Watcher {
    @Nullable Watcher prev;
    @Nullable Watcher next;
    boolean listed;

    /**
     * The target ended. Called at most once, without any lock, by whoever ended it. Must not throw
     * or block.
     */
    abstract void targetEnded(ProcessCell target, ExitReason reason);
}

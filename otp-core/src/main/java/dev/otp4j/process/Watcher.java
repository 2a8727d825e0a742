/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/**
 * Is told once when a process ends: a monitor, a waiting caller, a starter, the runtime.
 *
 * <p>The watchers of a process are in a doubly linked list of its cell, so that adding and removing
 * one costs the same however many there are. The target's lock guards {@code prev}, {@code next}
 * and {@code listed}.
 */
abstract class Watcher {
    @Nullable Watcher prev;
    @Nullable Watcher next;
    boolean listed;

    /**
     * Called when the target has ended: at most once, by the thread that ended it, which holds no
     * lock. Must not throw or block.
     */
    abstract void targetEnded(ProcessCell target, ExitReason reason);

    /**
     * Whether this is to be told of the end of {@code target}. Under the lock of that cell, and
     * asked only after its end.
     */
    boolean awaits(ProcessPort target) {
        return true;
    }

    /** The caller, if this watcher waits for the answer to that request; else null. */
    @Nullable Pid callerOf(Node request) {
        return null;
    }

    /** Whether this is a caller that waits for a reply of the target. */
    boolean isCaller() {
        return false;
    }

    // ---- functions over a list of watchers, of which the cell keeps the head; under the cell's
    // lock

    /** Adds a watcher at the head. Returns the new head. */
    static Watcher add(@Nullable Watcher head, Watcher watcher) {
        watcher.next = head;
        if (head != null) head.prev = watcher;
        watcher.listed = true;
        return watcher;
    }

    /** Removes a listed watcher. Returns the new head. */
    static @Nullable Watcher remove(@Nullable Watcher head, Watcher watcher) {
        Watcher before = watcher.prev;
        Watcher after = watcher.next;
        if (before != null) before.next = after;
        if (after != null) after.prev = before;
        watcher.prev = watcher.next = null;
        watcher.listed = false;
        return before == null ? after : head;
    }

    /** Marks all watchers as removed; {@code next} still links them. */
    static void unlist(@Nullable Watcher head) {
        for (Watcher w = head; w != null; w = w.next) {
            w.prev = null;
            w.listed = false;
        }
    }

    static int count(@Nullable Watcher head) {
        int count = 0;
        for (Watcher w = head; w != null; w = w.next) count++;
        return count;
    }

    /** Whether a caller waits for a reply. */
    static boolean hasCaller(@Nullable Watcher head) {
        for (Watcher w = head; w != null; w = w.next) {
            if (w.isCaller()) return true;
        }
        return false;
    }

    /** The caller that waits for the answer to a request, or null. */
    static @Nullable Pid callerOf(@Nullable Watcher head, Node request) {
        for (Watcher w = head; w != null; w = w.next) {
            Pid caller = w.callerOf(request);
            if (caller != null) return caller;
        }
        return null;
    }
}

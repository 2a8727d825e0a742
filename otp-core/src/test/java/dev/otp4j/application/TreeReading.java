/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.process.Pid;

/** Reads trees of supervisors that no system has started. */
public final class TreeReading {
    private TreeReading() {}

    /** The tree below a root, with at most {@code limit} children of each supervisor. */
    public static TreeNode read(Pid root, int limit, int depth) {
        return new TreeReader(limit).root(root, depth);
    }
}

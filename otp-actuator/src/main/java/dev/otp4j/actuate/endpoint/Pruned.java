/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.TreeNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leaves the nodes of a tree that are in one state, and those above them. */
final class Pruned {
    private Pruned() {}

    /** The tree with its root; the whole tree if {@code state} is null. */
    static TreeNode to(TreeNode root, TreeNode.@Nullable State state) {
        if (state == null) return root;
        List<TreeNode> left =
                root.children().stream()
                        .map(child -> to(child, state))
                        .filter(child -> child.state() == state || !child.children().isEmpty())
                        .toList();
        return new TreeNode(
                root.path(),
                root.name(),
                root.definition(),
                root.kind(),
                root.state(),
                root.pid(),
                root.mailboxSize(),
                root.held(),
                root.restarts(),
                root.restartPolicy(),
                root.strategy(),
                root.tolerance(),
                root.toleranceUsed(),
                root.keyCounts(),
                root.lastFailure(),
                root.pendingRestart(),
                root.declaredBy(),
                root.childCount(),
                root.childStates(),
                left,
                left.size() < root.childCount());
    }
}

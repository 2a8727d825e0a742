/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.supervisor.ChildFailure;

/** The tree of a system as text, for messages of failed assertions. */
final class TreeText {
    private static final int DEPTH = 20;
    private static final int CHILDREN = 50;

    private TreeText() {}

    static String of(OtpSystem system) {
        var text = new StringBuilder(system + "\n");
        system.tree(DEPTH, CHILDREN)
                .ifPresentOrElse(
                        root -> append(text, root, "  "),
                        () ->
                                text.append("  no tree, the root ended with ")
                                        .append(
                                                system.exitReason()
                                                        .map(Object::toString)
                                                        .orElse("no reason: it was not started"))
                                        .append('\n'));
        return text.toString();
    }

    private static void append(StringBuilder text, TreeNode node, String indent) {
        text.append(indent).append(line(node)).append('\n');
        for (TreeNode child : node.children()) append(text, child, indent + "  ");
        int hidden = node.childCount() - node.children().size();
        if (hidden > 0) text.append(indent).append("  and ").append(hidden).append(" more\n");
    }

    static String line(TreeNode node) {
        ChildFailure failure = node.lastFailure();
        return node.path()
                + " "
                + node.state()
                + (node.pendingRestart() == null ? "" : " (" + node.pendingRestart() + ")")
                + " restarts="
                + node.restarts()
                + (node.childCount() == 0 ? "" : " children=" + node.childCount())
                + " mailbox="
                + node.mailboxSize()
                + (node.held() == 0 ? "" : " held=" + node.held())
                + (node.pid() == null ? "" : " pid=" + node.pid())
                + (failure == null ? "" : " lastFailure=" + failure.reason());
    }
}

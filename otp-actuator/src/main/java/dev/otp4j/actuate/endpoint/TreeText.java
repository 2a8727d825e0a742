/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;

/** A tree as text for a terminal or a ticket, or as a Mermaid flowchart. */
final class TreeText {
    private TreeText() {}

    /** What there is to say while no tree runs. */
    static String none(SystemDescriptor system) {
        var text = new StringBuilder("no tree, the system is ").append(system.state());
        SystemDescriptor.OffenderDescriptor gaveUp = system.gaveUp();
        if (gaveUp != null) {
            text.append(" because of ").append(gaveUp.child());
            text.append("  last failure ").append(gaveUp.failure().type());
        }
        return text.append('\n').toString();
    }

    /** A flowchart without nodes, with a comment. */
    static String noMermaid(SystemDescriptor system) {
        return "flowchart TD\n  %% " + none(system);
    }

    /** One line for each node, indented, with state, mailbox and restarts where they matter. */
    static String text(TreeNode root) {
        var text = new StringBuilder();
        line(text, root, "", "");
        return text.toString();
    }

    private static void line(StringBuilder text, TreeNode node, String branch, String below) {
        text.append(branch).append(node.name());
        text.append("  ").append(Texts.lowerCase(node.kind()));
        text.append("  ").append(state(node));
        if (node.pid() != null) awaited(text, node.pid());
        if (node.mailboxSize() > 0) text.append("  mailbox=").append(node.mailboxSize());
        if (node.held() > 0) text.append("  held=").append(node.held());
        int parked = node.pid() == null ? 0 : ProcessInfo.parkedOf(node.pid());
        if (parked > 0) text.append("  parked=").append(parked);
        if (node.restarts() > 0) text.append("  restarts=").append(node.restarts());
        if (node.tolerance() != null && node.toleranceUsed() > 0) {
            text.append("  tolerance=").append(node.toleranceUsed());
            text.append('/').append(node.tolerance().intensity());
        }
        if (node.lastFailure() != null) {
            text.append("  last failure ").append(node.lastFailure().type());
        }
        text.append('\n');
        int last = node.children().size() - 1;
        for (int i = 0; i <= last; i++) {
            boolean ends = i == last && !node.truncated();
            line(
                    text,
                    node.children().get(i),
                    below + (ends ? "`- " : "|- "),
                    below + (ends ? "   " : "|  "));
        }
        if (node.truncated() && node.childCount() > 0) {
            int more = node.childCount() - node.children().size();
            text.append(below).append("`- ... and ").append(more).append(" more\n");
        }
    }

    private static void awaited(StringBuilder text, Pid pid) {
        ProcessInfo.Permit permit = ProcessInfo.permitOf(pid).orElse(null);
        if (permit == null || !permit.isAwaited()) return;
        text.append(
                "  waits for a permit of '%s', %d before it"
                        .formatted(permit.limit().name(), permit.ahead()));
    }

    /** The state, and of a child that waits when it is started again. */
    private static String state(TreeNode node) {
        return node.pendingRestart() == null
                ? Texts.lowerCase(node.state())
                : node.pendingRestart().toString();
    }

    /** A flowchart; supervisors are rectangles, actors are rounded. */
    static String mermaid(TreeNode root) {
        var text = new StringBuilder("flowchart TD\n");
        mermaid(text, root, new int[1]);
        return text.toString();
    }

    private static int mermaid(StringBuilder text, TreeNode node, int[] numbers) {
        int own = numbers[0]++;
        boolean actor = node.kind() == TreeNode.Kind.ACTOR;
        boolean runs = node.state() == TreeNode.State.RUNNING;
        String label = node.name().replace("\"", "#quot;");
        if (!runs) label += " (" + state(node) + ")";
        text.append("  n").append(own).append(actor ? "(\"" : "[\"").append(label);
        text.append(actor ? "\")" : "\"]").append('\n');
        for (TreeNode child : node.children()) {
            int number = numbers[0];
            mermaid(text, child, numbers);
            text.append("  n").append(own).append(" --> n").append(number).append('\n');
        }
        return own;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.OtpSystem;
import dev.otp4j.supervisor.TreeNode;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** Says once per start what was started: one line, and the tree at debug level. */
final class StartReport {
    private static final Log LOG = LogFactory.getLog(OtpLifecycle.class);
    private static final int SHOWN = 1_000;

    private int supervisors;
    private int actors;
    private final StringBuilder lines = new StringBuilder();

    private StartReport() {}

    static void log(OtpSystem system, long nanos) {
        system.tree(Integer.MAX_VALUE, SHOWN).ifPresent(root -> log(root, nanos));
    }

    private static void log(TreeNode root, long nanos) {
        var report = new StartReport();
        report.visit(root, 0);
        LOG.info(
                "OTP tree started: %s, %s in %d ms"
                        .formatted(
                                counted(report.supervisors, "supervisor"),
                                counted(report.actors, "actor"),
                                TimeUnit.NANOSECONDS.toMillis(nanos)));
        LOG.debug("OTP tree in start order:" + report.lines);
    }

    private void visit(TreeNode node, int level) {
        if (node.kind() == TreeNode.Kind.ACTOR) actors++;
        else supervisors++;
        lines.append('\n').append("  ".repeat(level + 1)).append(node.name());
        if (node.strategy() != null) {
            lines.append(' ')
                    .append(node.strategy().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        for (TreeNode child : node.children()) visit(child, level + 1);
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}

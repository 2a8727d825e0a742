/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeVisit;
import dev.otp4j.supervisor.Strategy;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** Logs after each start what was started: one line at level INFO, and the tree at level DEBUG. */
final class StartReport {
    private static final Log LOG = LogFactory.getLog(OtpLifecycle.class);

    /** At most this many nodes of the tree are logged. */
    private static final int SHOWN = 1_000;

    private int supervisors;
    private int actors;
    private final StringBuilder lines = new StringBuilder();

    private StartReport() {}

    static void log(OtpSystem system, long nanos) {
        var report = new StartReport();
        system.visit(report::visit);
        if (report.supervisors == 0) return;
        LOG.info(
                "OTP tree started: %s, %s in %d ms"
                        .formatted(
                                counted(report.supervisors, "supervisor"),
                                counted(report.actors, "actor"),
                                TimeUnit.NANOSECONDS.toMillis(nanos)));
        LOG.debug("OTP tree in start order:" + report.lines);
    }

    private void visit(TreeVisit node) {
        if (node.kind() == TreeNode.Kind.ACTOR) actors++;
        else supervisors++;
        if (LOG.isDebugEnabled() && supervisors + actors <= SHOWN) show(node);
    }

    private void show(TreeVisit node) {
        String path = node.path();
        int level = path.equals("/") ? 0 : (int) path.chars().filter(c -> c == '/').count();
        String name = level == 0 ? "root" : path.substring(path.lastIndexOf('/') + 1);
        lines.append('\n').append("  ".repeat(level + 1)).append(name);
        node.strategy().ifPresent(strategy -> lines.append(' ').append(text(strategy)));
    }

    private static String text(Strategy strategy) {
        return strategy.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}

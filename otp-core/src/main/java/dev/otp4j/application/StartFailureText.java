/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.internal.user.UserCode;
import dev.otp4j.supervisor.ChildStartFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which child could not be started, under which supervisors, and why with all causes, as a tree:
 *
 * <pre>
 * '/orders/intake' could not be started by its supervisor '/orders': initialiser exited: ...
 *   /
 *   +- orders
 *      +- intake: initialiser exited: java.lang.IllegalStateException: no database
 *         caused by: java.net.ConnectException: refused
 * </pre>
 */
final class StartFailureText {
    private StartFailureText() {}

    static String of(ChildStartFailure outermost) {
        ChildStartFailure failure = outermost.innermost();
        var lines = new ArrayList<String>();
        lines.add(
                "'%s' could not be started by its supervisor '%s': %s"
                        .formatted(failure.path(), failure.supervisor(), failure.error()));
        lines.add("  " + outermost.supervisor());
        String indent = "  ";
        for (ChildStartFailure at = outermost; at != null; at = at.inner().orElse(null)) {
            boolean last = at == failure;
            lines.add(indent + "+- " + at.id() + (last ? ": " + at.error() : ""));
            indent += "   ";
        }
        for (Throwable cause : causes(failure.cause().orElse(null)))
            lines.add(indent + "caused by: " + UserCode.text(cause));
        return String.join("\n", lines);
    }

    /** What is behind a throwable, each once: causes may go round in a circle. */
    private static List<Throwable> causes(@Nullable Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var causes = new ArrayList<Throwable>();
        if (thrown == null) return causes;
        seen.add(thrown);
        for (Throwable t = UserCode.cause(thrown);
                t != null && seen.add(t);
                t = UserCode.cause(t)) {
            causes.add(t);
        }
        return causes;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.supervisor.OtpSystem;
import dev.otp4j.supervisor.TreeNode;
import java.util.HashMap;
import java.util.Map;

/** The actors of a tree at one moment, summed over each definition. */
final class Census {
    /** What no actor adds up to. */
    static final Sums NONE = new Sums(0, 0, 0);

    private final Map<Definition, Sums> sums = new HashMap<>();

    /** Sums over the instances of one definition. */
    record Sums(int running, long mailbox, int longestMailbox) {
        private Sums with(TreeNode actor) {
            return new Sums(
                    running + (actor.state() == TreeNode.State.RUNNING ? 1 : 0),
                    mailbox + actor.mailboxSize(),
                    Math.max(longestMailbox, actor.mailboxSize()));
        }
    }

    private Census() {}

    static Census of(OtpSystem system) {
        var census = new Census();
        system.tree(Integer.MAX_VALUE, Integer.MAX_VALUE).ifPresent(census::visit);
        return census;
    }

    private void visit(TreeNode parent) {
        for (TreeNode child : parent.children()) {
            if (child.kind() == TreeNode.Kind.ACTOR) {
                Definition own = Definition.of(child, parent);
                sums.put(own, of(own).with(child));
            } else {
                visit(child);
            }
        }
    }

    Sums of(Definition definition) {
        return sums.getOrDefault(definition, NONE);
    }
}

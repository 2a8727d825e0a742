/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.supervisor.OtpSystem;
import dev.otp4j.supervisor.TreeNode;
import dev.otp4j.supervisor.TreeVisit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The actors of a tree at one moment, summed over each definition. */
final class Census {
    /** What no actor adds up to. */
    static final Sums NONE = new Sums(0, 0, 0, 0);

    private final Map<Definition, Sum> sums = new HashMap<>();

    /** Static supervisors that stand. */
    private final Set<String> supervisors = new HashSet<>();

    /** Children of static supervisors that are supervisors themselves. */
    private final Set<Definition> others = new HashSet<>();

    /** The sum that was added to last: mostly the next actor belongs to it too. */
    private @Nullable Sum last;

    /** Sums over the instances of one definition. */
    record Sums(int running, long mailbox, int longestMailbox, long held) {}

    private static final class Sum {
        private final Definition definition;
        private int running;
        private long mailbox;
        private int longestMailbox;
        private long held;

        Sum(Definition definition) {
            this.definition = definition;
        }

        void add(TreeVisit actor) {
            int size = actor.mailboxSize();
            if (actor.state() == TreeNode.State.RUNNING) running++;
            mailbox += size;
            longestMailbox = Math.max(longestMailbox, size);
            held += actor.held();
        }

        Sums sums() {
            return new Sums(running, mailbox, longestMailbox, held);
        }
    }

    private Census() {}

    static Census of(OtpSystem system) {
        var census = new Census();
        system.visit(census::visit);
        return census;
    }

    private void visit(TreeVisit node) {
        if (node.strategy() != null) supervisors.add(node.definition());
        String supervisor = node.supervisorDefinition();
        if (supervisor == null) return;
        boolean ofFactory = node.definition().equals(supervisor);
        if (node.kind() == TreeNode.Kind.ACTOR) sum(node.definition(), supervisor).add(node);
        else if (!ofFactory) others.add(new Definition(node.definition(), supervisor));
    }

    /** Whether its supervisor stands, which is no factory, and has no such child any more. */
    boolean isDeleted(Definition definition) {
        return supervisors.contains(definition.supervisor())
                && !definition.isOfFactory()
                && !sums.containsKey(definition)
                && !others.contains(definition);
    }

    private Sum sum(String actor, String supervisor) {
        Sum before = last;
        if (before != null && before.definition.is(actor, supervisor)) return before;
        Sum found = sums.computeIfAbsent(new Definition(actor, supervisor), Sum::new);
        last = found;
        return found;
    }

    Sums of(Definition definition) {
        Sum found = sums.get(definition);
        return found == null ? NONE : found.sums();
    }
}

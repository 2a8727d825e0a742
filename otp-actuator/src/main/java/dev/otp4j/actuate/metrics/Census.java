/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeVisit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts the actors and messages of a tree at one moment, with sums for each definition. */
final class Census {
    /** The sums of a definition that has no actors. */
    static final Sums NONE = new Sums(0, 0, 0, 0);

    private final Map<Definition, Sum> sums = new HashMap<>();

    /** Definitions of the static supervisors in the tree. */
    private final Set<String> supervisors = new HashSet<>();

    /** Children of static supervisors that are supervisors themselves. */
    private final Set<Definition> others = new HashSet<>();

    /** The sum that was changed last; the next actor mostly has the same definition. */
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
        if (node.strategy().isPresent()) supervisors.add(node.definition());
        String supervisor = node.supervisorDefinition().orElse(null);
        if (supervisor == null) return;
        boolean ofFactory = node.definition().equals(supervisor);
        if (node.kind() == TreeNode.Kind.ACTOR) sum(node.definition(), supervisor).add(node);
        else if (!ofFactory) others.add(new Definition(node.definition(), supervisor));
    }

    /**
     * Whether the child was deleted: its static supervisor is in the tree, but has no such child
     * any more.
     */
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

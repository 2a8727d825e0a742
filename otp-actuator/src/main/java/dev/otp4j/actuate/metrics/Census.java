/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeVisit;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.StuckHandler;
import dev.otp4j.supervisor.KeyCounts;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts the actors and messages of a tree at one moment, with sums for each definition. */
final class Census {
    /** The sums of a definition that has no actors. */
    static final Sums NONE = new Sums(0, 0, 0, 0, 0, 0, 0, 0, 0);

    private final ProcessRuntime runtime;
    private final Map<Definition, Sum> sums = new HashMap<>();

    /** Definitions of the static supervisors in the tree. */
    private final Set<String> supervisors = new HashSet<>();

    private static final KeyCounts NO_KEYS = new KeyCounts(0, 0, 0, 0, 0);

    /** Of the definitions of all supervisors in the tree the largest share of a tolerance. */
    private final Map<String, Double> used = new HashMap<>();

    /** The keys of keyed factories, by their definitions. */
    private final Map<String, KeyCounts> keys = new HashMap<>();

    /** Children of static supervisors that are supervisors themselves. */
    private final Set<Definition> others = new HashSet<>();

    /** The sum that was changed last; the next actor mostly has the same definition. */
    private @Nullable Sum last;

    /**
     * Sums over the instances of one definition.
     *
     * @param busy how many handle a message at this moment
     * @param oldest for how long the oldest message of all has been waiting, at least, in
     *     nanoseconds
     * @param capacity places in the mailboxes with a limit
     * @param waiting senders that wait for such a place
     */
    record Sums(
            int running,
            int busy,
            long mailbox,
            int longestMailbox,
            long held,
            int stuck,
            long oldest,
            long capacity,
            int waiting) {}

    private static final class Sum {
        private final Definition definition;
        private int running;
        private int busy;
        private long mailbox;
        private int longestMailbox;
        private long held;
        private int stuck;
        private long oldest;
        private long capacity;
        private int waiting;

        Sum(Definition definition) {
            this.definition = definition;
        }

        void add(TreeVisit actor, ProcessRuntime runtime) {
            int size = actor.mailboxSize();
            TreeNode.State state = actor.state();
            if (state == TreeNode.State.RUNNING || state == TreeNode.State.STUCK) running++;
            if (actor.pid().filter(Census::isBusy).isPresent()) busy++;
            mailbox += size;
            longestMailbox = Math.max(longestMailbox, size);
            held += actor.held();
            if (size > 0) addAge(actor, runtime);
            actor.pid().ifPresent(this::addRoom);
        }

        private void addRoom(Pid pid) {
            MailboxLimit limit = ProcessInfo.mailboxLimitOf(pid).orElse(null);
            if (limit == null) return;
            capacity += limit.capacity();
            waiting += ProcessInfo.waitingSendersOf(pid);
        }

        private void addAge(TreeVisit actor, ProcessRuntime runtime) {
            Pid pid = actor.pid().orElse(null);
            if (pid != null) oldest = Math.max(oldest, runtime.oldestMessageAge(pid).toNanos());
        }

        Sums sums() {
            return new Sums(
                    running, busy, mailbox, longestMailbox, held, stuck, oldest, capacity, waiting);
        }
    }

    private static boolean isBusy(Pid actor) {
        return ProcessInfo.handlingOf(actor).isPresent();
    }

    private Census(ProcessRuntime runtime) {
        this.runtime = runtime;
    }

    static Census of(OtpSystem system) {
        var census = new Census(system.runtime());
        system.visit(census::visit);
        census.countStuck();
        return census;
    }

    private void visit(TreeVisit node) {
        if (node.strategy().isPresent()) supervisors.add(node.definition());
        boolean isActor = node.kind() == TreeNode.Kind.ACTOR;
        if (!isActor) {
            double share = node.supervisor().map(Census::share).orElse(0.0);
            used.merge(node.definition(), share, Math::max);
            node.supervisor()
                    .flatMap(SupervisorInfo::keyCounts)
                    .ifPresent(counts -> keys.merge(node.definition(), counts, Census::sum));
        }
        String supervisor = node.supervisorDefinition().orElse(null);
        if (supervisor == null) return;
        boolean ofFactory = node.definition().equals(supervisor);
        if (isActor) sum(node.definition(), supervisor).add(node, runtime);
        else if (!ofFactory) others.add(new Definition(node.definition(), supervisor));
    }

    /** Of no tolerance at all nothing is used, until the first failure ends the supervisor. */
    private static double share(SupervisorInfo supervisor) {
        int allowed = supervisor.tolerance().intensity();
        return allowed == 0 ? 0 : Math.min(1, supervisor.toleranceUsed() / (double) allowed);
    }

    private static KeyCounts sum(KeyCounts a, KeyCounts b) {
        return new KeyCounts(
                a.keys() + b.keys(),
                a.failed() + b.failed(),
                a.starting() + b.starting(),
                a.waiting() + b.waiting(),
                a.passivated() + b.passivated());
    }

    /** The keys of all keyed factories of that definition. */
    KeyCounts keys(String factory) {
        return keys.getOrDefault(factory, NO_KEYS);
    }

    private void countStuck() {
        for (StuckHandler handler : runtime.stuckHandlers()) {
            ProcessDefinition own = ProcessDefinition.of(handler.pid()).orElse(null);
            Sum sum = own == null ? null : sums.get(Definition.of(own));
            if (sum != null) sum.stuck++;
        }
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

    /** Whether a supervisor of that definition is in the tree, running or not. */
    boolean hasSupervisor(String definition) {
        return used.containsKey(definition);
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

    /**
     * The share of a tolerance that supervisors of that definition have used, 0 to 1; of several
     * the largest.
     */
    double used(String supervisor) {
        return used.getOrDefault(supervisor, 0.0);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Watched;
import dev.otp4j.supervisor.SupervisorReport.Context;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Silence;
import dev.otp4j.testkit.VirtualThreadDump;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A hundred thousand deaths in a tree of a thousand actors under load: exceptions, errors, abnormal
 * and normal ends, signals, kills, deaths of linked processes, initialisers that fail, and
 * supervisors that are killed with all below. The count of restarts is the test's own, and nothing
 * is left.
 *
 * <p>The system property {@code chaos.deaths} says how many, {@code chaos.seed} which.
 */
@Timeout(120)
class ChaosTests {
    private static final int DEATHS = Integer.getInteger("chaos.deaths", 100_000);
    private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());
    private static final int LOADERS = 2;

    @Test
    @Rule({"V-20", "V-24", "K-07", "R-07", "L-07"})
    void everybodyIsThereInTheEndAndNothingIsLeft() throws Exception {
        try (var silence = new Silence("dev.otp4j");
                var tree = new ChaosTree();
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            tree.start();
            var loaders = new ArrayList<Future<Long>>();
            for (int i = 0; i < LOADERS; i++)
                loaders.add(pool.submit(new ChaosLoad(tree, SEED + i)));

            List<ChaosInjector.Tally> tallies = inject(tree, pool::submit);

            tree.endLoad();
            long replies = 0;
            for (Future<Long> loader : loaders) replies += loader.get();
            ChaosInjector.Tally sum =
                    tallies.stream().reduce(ChaosInjector.Tally::plus).orElseThrow();
            String seed = "seed " + SEED + ": " + sum;
            assertThat(sum.deaths()).as(seed).isGreaterThanOrEqualTo(DEATHS);
            assertThat(replies).as(seed).isPositive();
            assertEverybodyIsThere(tree, seed);
            assertCounts(tree, sum, seed);
            assertNothingIsLeft(tree, seed);
        }
    }

    private interface Submit {
        Future<ChaosInjector.Tally> submit(Callable<ChaosInjector.Tally> task);
    }

    private static List<ChaosInjector.Tally> inject(ChaosTree tree, Submit pool) throws Exception {
        var injectors = new ArrayList<Future<ChaosInjector.Tally>>();
        int each = (DEATHS + ChaosTree.BRANCHES - 1) / ChaosTree.BRANCHES;
        for (int branch = 0; branch < ChaosTree.BRANCHES; branch++) {
            injectors.add(pool.submit(new ChaosInjector(tree, branch, each, SEED + branch)));
        }
        var tallies = new ArrayList<ChaosInjector.Tally>();
        for (Future<ChaosInjector.Tally> injector : injectors) tallies.add(injector.get());
        return tallies;
    }

    private static void assertEverybodyIsThere(ChaosTree tree, String seed) {
        TreeNode root = tree.system().tree(2, Integer.MAX_VALUE).orElseThrow();
        assertThat(root.children()).as(seed).hasSize(ChaosTree.BRANCHES);
        for (TreeNode branch : root.children()) {
            assertThat(branch.children())
                    .as(seed)
                    .hasSize(ChaosTree.LEAVES)
                    .allMatch(leaf -> leaf.state() == TreeNode.State.RUNNING)
                    .allMatch(leaf -> Processes.isAlive(leaf.pid()));
        }
    }

    private static void assertCounts(ChaosTree tree, ChaosInjector.Tally sum, String seed) {
        assertThat(tree.system().restarts()).as(seed).isEqualTo(sum.restarts());
        assertThat(tree.reported(Context.RESTARTED)).as(seed).isEqualTo(sum.restarts());
        assertThat(tree.reported(Context.CHILD_TERMINATED)).as(seed).isEqualTo(sum.restarts());
        assertThat(tree.reported(Context.START_ERROR)).as(seed).isEqualTo(sum.failedStarts());
        assertThat(tree.reported(Context.STARTED)).as(seed).isEqualTo(sum.starts() + tree.size());
        assertThat(tree.reported(Context.SHUTDOWN)).as(seed).isZero();
    }

    private static void assertNothingIsLeft(ChaosTree tree, String seed) {
        assertThat(tree.timers()).as(seed).isEqualTo(tree.leaves());
        tree.await("links to the hub: one a leaf", () -> links(tree.hub()) == tree.leaves());
        tree.await("monitors of the hub", () -> Watched.by(tree.hub()) == tree.leaves());

        assertThat(tree.system().stop(Duration.ofSeconds(20))).as(seed).isTrue();

        tree.await("no link", () -> links(tree.hub()) == 0);
        tree.await("no monitor", () -> Watched.by(tree.hub()) == 0);
        assertThat(tree.timers()).as(seed).isZero();
        assertThat(tree.names()).as(seed).allMatch(name -> name.pid().isEmpty());
        tree.await("no zombie", () -> tree.system().runtime().zombieCount() == 0);
        tree.await("no thread", () -> VirtualThreadDump.named("otp:/chaos-").isEmpty());
    }

    private static int links(Pid pid) {
        return ProcessInfo.of(pid).links().size();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.ChaosTree.Message;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/**
 * Kills the actors of one branch, wave by wave: each of them once, each in its own way, then it
 * waits until all are back. Nothing else touches the branch, so its count is exact.
 */
final class ChaosInjector implements Callable<ChaosInjector.Tally> {
    /** Every so many waves the branch's supervisor is killed and takes all along. */
    private static final int SUPERVISOR_DIES = 10;

    /**
     * What was done, and what must follow.
     *
     * @param deaths how many actors died
     * @param restarts how many children were started again by a supervisor that lived
     * @param starts how many were started because their supervisor was
     * @param failedStarts how many starts failed
     */
    record Tally(int deaths, long restarts, long starts, long failedStarts) {
        Tally plus(Tally other) {
            return new Tally(
                    deaths + other.deaths,
                    restarts + other.restarts,
                    starts + other.starts,
                    failedStarts + other.failedStarts);
        }
    }

    private final ChaosTree tree;
    private final int branch;
    private final int deaths;
    private final SplittableRandom random;

    ChaosInjector(ChaosTree tree, int branch, int deaths, long seed) {
        this.tree = tree;
        this.branch = branch;
        this.deaths = deaths;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public Tally call() {
        var done = new Tally(0, 0, 0, 0);
        for (int wave = 1; done.deaths() < deaths; wave++) {
            int[] before = ups();
            done = done.plus(wave % SUPERVISOR_DIES == 0 ? killSupervisor() : killEach());
            awaitAll(before);
        }
        return done;
    }

    private int[] ups() {
        var ups = new int[ChaosTree.LEAVES];
        for (int i = 0; i < ups.length; i++) ups[i] = tree.ups(leaf(i));
        return ups;
    }

    private void awaitAll(int[] before) {
        for (int i = 0; i < before.length; i++) {
            int leaf = leaf(i);
            int next = before[i] + 1;
            tree.await("leaf " + leaf + " is back", () -> tree.ups(leaf) == next);
        }
    }

    private int leaf(int i) {
        return branch * ChaosTree.LEAVES + i;
    }

    private Tally killSupervisor() {
        Processes.kill(tree.branchPid(branch));
        return new Tally(ChaosTree.LEAVES, 1, ChaosTree.LEAVES, 0);
    }

    private Tally killEach() {
        int failures = 0;
        for (int i = 0; i < ChaosTree.LEAVES; i++) failures += kill(leaf(i));
        return new Tally(ChaosTree.LEAVES, ChaosTree.LEAVES, 0, failures);
    }

    /** Ends an actor in some way. How many starts of its successor fail. */
    private int kill(int leaf) {
        switch (random.nextInt(8)) {
            case 0 -> die(leaf, new IllegalStateException("exception"));
            case 1 -> die(leaf, new StackOverflowError("error"));
            case 2 -> stop(leaf, ExitReason.abnormal("abnormal"));
            case 3 -> stop(leaf, ExitReason.NORMAL);
            case 4 -> Processes.kill(tree.pid(leaf));
            case 5 -> Processes.exit(tree.pid(leaf), ExitReason.SHUTDOWN);
            case 6 -> dieLinkedTo(tree.pid(leaf));
            default -> {
                int failures = 1 + random.nextInt(3);
                tree.failNextStarts(leaf, failures);
                die(leaf, new AssertionError("its successors fail as well"));
                return failures;
            }
        }
        return 0;
    }

    private void die(int leaf, Throwable thrown) {
        tree.subject(leaf).send(new Message.Die(thrown));
    }

    private void stop(int leaf, ExitReason reason) {
        tree.subject(leaf).send(new Message.Stop(reason));
    }

    private void dieLinkedTo(Pid pid) {
        Processes.run(
                tree.system().runtime(),
                () ->
                        Processes.spawnUnlinked(
                                () -> {
                                    Processes.link(pid);
                                    throw new IllegalStateException("linked");
                                }));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Trees;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What it costs to read a tree that is wide or deep. */
@Timeout(60)
class TreeWalkTests {
    private static final ActorBuilder<Integer, Integer, Subject<Integer>> IDLE =
            Actors.<Integer>idle();

    @Test
    void aVisitShowsWhatTheTreeShows() {
        FactoryName<Integer, Subject<Integer>> many = FactoryName.create("many");
        try (OtpSystem system =
                Trees.system(
                                "shop",
                                Trees.idle("a"),
                                Trees.of(Trees.idle("c")).supervised("b"),
                                factory(many).supervised("d"),
                                Trees.idle("e"))
                        .build()) {
            system.visit(visit -> assertThat(visit.path()).as("there is no tree").isNull());
            system.start();
            FactorySupervisor.byName(many).startChild(1);

            var seen = new ArrayList<String>();
            system.visit(
                    visit ->
                            seen.add(
                                    "%s %s of %s, %s %s %d %s"
                                            .formatted(
                                                    visit.path(),
                                                    visit.definition(),
                                                    visit.supervisorDefinition().orElse(null),
                                                    visit.kind(),
                                                    visit.state(),
                                                    visit.mailboxSize(),
                                                    visit.pid().orElse(null))));

            TreeNode tree = system.tree(10, 10).orElseThrow();
            var shown = new ArrayList<String>();
            list(tree, null, shown);
            assertThat(seen).containsExactlyElementsOf(shown).hasSize(7);
        }
    }

    private static void list(TreeNode node, String above, List<String> shown) {
        shown.add(
                "%s %s of %s, %s %s %d %s"
                        .formatted(
                                node.path(),
                                node.definition(),
                                above,
                                node.kind(),
                                node.state(),
                                node.mailboxSize(),
                                node.pid()));
        for (TreeNode child : node.children()) list(child, node.definition(), shown);
    }

    private static FactorySupervisor.Builder<Integer, Subject<Integer>> factory(
            FactoryName<Integer, Subject<Integer>> name) {
        return FactorySupervisor.<Integer, Subject<Integer>>workerChild((Integer n) -> IDLE.start())
                .named(name);
    }

    @Test
    void readingAFewOfManyChildrenAllocatesForThoseFew() {
        int children = 20_000;
        FactoryName<Integer, Subject<Integer>> many = FactoryName.create("many");
        try (OtpSystem system = Trees.system("shop", factory(many).supervised("many")).build()) {
            system.start();
            var factory = FactorySupervisor.byName(many);
            for (int n = 0; n < children; n++) factory.startChild(n);

            var count = new AtomicInteger();
            assertThat(allocated(() -> system.visit(visit -> count.incrementAndGet())))
                    .isLessThan(children);
            assertThat(allocated(() -> system.tree(1, 10))).isLessThan(children);
            assertThat(allocated(() -> system.tree(2, 10))).isLessThan(children);
            assertThat(count.get() % (children + 2)).isZero();
        }
    }

    /** The least of a few times: what is allocated once does not count. */
    private static long allocated(Runnable code) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            code.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    @Test
    void aTreeMayBeDeeperThanTheStack() {
        int depth = 1_000;
        try (OtpSystem system = OtpSystem.builder("shop").root(() -> nested(depth)).build()) {
            system.start();

            var seen = new AtomicInteger();
            onSmallStack(() -> system.visit(visit -> seen.incrementAndGet()));
            TreeNode tree = onSmallStack(() -> system.tree(Integer.MAX_VALUE, 10).orElseThrow());

            assertThat(seen).hasValue(depth);
            int levels = 1;
            for (TreeNode at = tree; !at.children().isEmpty(); at = at.children().getFirst()) {
                levels++;
            }
            assertThat(levels).isEqualTo(depth);
            assertThat(system.stop(Duration.ofSeconds(20))).isTrue();
        }
    }

    private static StaticSupervisor.Builder nested(int depth) {
        StaticSupervisor.Builder tree = StaticSupervisor.oneForOne();
        for (int level = 1; level < depth; level++) {
            tree = Trees.of(tree.supervised("s"));
        }
        return tree;
    }

    private static void onSmallStack(Runnable code) {
        onSmallStack(
                () -> {
                    code.run();
                    return true;
                });
    }

    private static <T> T onSmallStack(java.util.function.Supplier<T> code) {
        var result = new CompletableFuture<T>();
        new Thread(
                        null,
                        () -> {
                            try {
                                result.complete(code.get());
                            } catch (Throwable thrown) {
                                result.completeExceptionally(thrown);
                            }
                        },
                        "small-stack",
                        128 * 1024)
                .start();
        return get(result);
    }
}

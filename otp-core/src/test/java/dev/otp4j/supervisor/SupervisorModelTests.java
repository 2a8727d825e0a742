/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Simulation;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random requests and failures against a naive model of a supervisor, each seed repeatable. */
@Timeout(60)
class SupervisorModelTests {
    private static final List<String> IDS = List.of("a", "b", "c", "d", "e");
    private static final List<ExitReason> REASONS =
            List.of(
                    ExitReason.NORMAL,
                    ExitReason.SHUTDOWN,
                    ExitReason.shutdown("detail"),
                    ExitReason.abnormal("broken"));

    /** What a supervisor is said to do, as simply as it can be said. */
    private static final class Model {
        record Entry(String id, Restart restart, boolean significant) {}

        final Strategy strategy;
        final AutoShutdown autoShutdown;
        final List<Entry> entries = new ArrayList<>();
        final Set<String> up = new HashSet<>();
        final Set<String> declining;
        final List<String> events = new ArrayList<>();
        boolean stopped;

        Model(Strategy strategy, AutoShutdown autoShutdown, Set<String> declining) {
            this.strategy = strategy;
            this.autoShutdown = autoShutdown;
            this.declining = declining;
        }

        private int position(String id) {
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).id().equals(id)) return i;
            }
            return -1;
        }

        private boolean start(String id) {
            if (declining.contains(id)) return false;
            events.add("start " + id);
            return up.add(id);
        }

        private void stop(String id) {
            if (up.remove(id)) events.add("stop " + id);
        }

        String add(Entry entry) {
            if (up.contains(entry.id())) return "AlreadyStarted";
            if (position(entry.id()) >= 0) return "AlreadyPresent";
            boolean runs = start(entry.id());
            if (runs || entry.restart() != Restart.TEMPORARY) entries.add(entry);
            return runs ? "Ok" : "Ignored";
        }

        String terminate(String id) {
            int at = position(id);
            if (at < 0) return "NOT_FOUND";
            stop(id);
            if (entries.get(at).restart() == Restart.TEMPORARY) entries.remove(at);
            return "OK";
        }

        String restart(String id) {
            if (position(id) < 0) return "NotFound";
            if (up.contains(id)) return "Running";
            return start(id) ? "Ok" : "Ignored";
        }

        String delete(String id) {
            int at = position(id);
            if (at < 0) return "NOT_FOUND";
            if (up.contains(id)) return "RUNNING";
            entries.remove(at);
            return "OK";
        }

        void ends(String id, ExitReason reason) {
            int at = position(id);
            Entry entry = entries.get(at);
            stop(id);
            boolean clean = !(reason instanceof ExitReason.Abnormal);
            boolean again =
                    entry.restart() == Restart.PERMANENT
                            || entry.restart() == Restart.TRANSIENT && !clean;
            if (again) {
                round(at);
                return;
            }
            if (entry.restart() == Restart.TEMPORARY) entries.remove(at);
            boolean others = entries.stream().anyMatch(e -> e.significant() && up.contains(e.id()));
            boolean last = autoShutdown == AutoShutdown.ANY_SIGNIFICANT || !others;
            if (entry.significant() && last) stopAll();
        }

        void stopAll() {
            for (Entry entry : entries.reversed()) stop(entry.id());
            stopped = true;
        }

        private void round(int failed) {
            int from = strategy == Strategy.ONE_FOR_ALL ? 0 : failed;
            int to = strategy == Strategy.ONE_FOR_ONE ? failed + 1 : entries.size();
            var affected = List.copyOf(entries.subList(from, to));
            for (Entry entry : affected.reversed()) stop(entry.id());
            for (Entry entry : affected) {
                if (entry.restart() == Restart.TEMPORARY) entries.remove(entry);
                else start(entry.id());
            }
        }
    }

    /** The real supervisor and what its children do. */
    private static final class Real {
        final List<String> events = Collections.synchronizedList(new ArrayList<>());
        final Map<String, Subject<ExitReason>> subjects = new HashMap<>();
        final Set<String> declining;
        final Started<StaticSupervisor> tree;

        Real(Strategy strategy, AutoShutdown autoShutdown, Set<String> declining) {
            this.declining = declining;
            tree =
                    StaticSupervisor.of(strategy)
                            .restartTolerance(10_000, Duration.ofHours(1))
                            .autoShutdown(autoShutdown)
                            .start();
        }

        ChildSpecification<?> child(Model.Entry entry) {
            String id = entry.id();
            return ChildSpecification.worker(id, () -> start(id))
                    .restart(entry.restart())
                    .significant(entry.significant());
        }

        private Started<?> start(String id) {
            if (declining.contains(id)) throw StartException.ignored();
            events.add("start " + id);
            var started =
                    Actor.startingWith(() -> id)
                            .onMessage(
                                    (String state, ExitReason reason) ->
                                            Next.<String, ExitReason>stop(reason))
                            .onTerminate((state, reason) -> events.add("stop " + state))
                            .start();
            subjects.put(id, started.data());
            return started;
        }

        void ends(String id, ExitReason reason) {
            Objects.requireNonNull(subjects.get(id)).send(reason);
            settle();
        }

        /** Virtual time passes when everybody waits. */
        static void settle() {
            Processes.sleep(Duration.ofMillis(1));
        }
    }

    private static <T> T any(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static String name(Object result) {
        return result instanceof Enum<?> e ? e.name() : result.getClass().getSimpleName();
    }

    private static void life(Random random) {
        Strategy strategy = any(random, List.of(Strategy.values()));
        AutoShutdown autoShutdown = any(random, List.of(AutoShutdown.values()));
        var declining = new HashSet<String>();
        var model = new Model(strategy, autoShutdown, declining);
        Processes.trapExits(true);
        var real = new Real(strategy, autoShutdown, declining);
        StaticSupervisor tree = real.tree.data();
        var history = new ArrayList<String>();
        for (int step = 0; step < 40 && !model.stopped; step++) {
            String id = any(random, IDS);
            switch (random.nextInt(7)) {
                case 0, 1 -> {
                    Restart restart = any(random, List.of(Restart.values()));
                    boolean can =
                            restart != Restart.PERMANENT && autoShutdown != AutoShutdown.NEVER;
                    var entry = new Model.Entry(id, restart, can && random.nextBoolean());
                    history.add("add " + entry);
                    assertThat(name(tree.startChild(real.child(entry))))
                            .as("%s", history)
                            .isEqualTo(model.add(entry));
                }
                case 2 -> {
                    history.add("terminate " + id);
                    assertThat(name(tree.terminateChild(id)))
                            .as("%s", history)
                            .isEqualTo(model.terminate(id));
                }
                case 3 -> {
                    history.add("restart " + id);
                    assertThat(name(tree.restartChild(id)))
                            .as("%s", history)
                            .isEqualTo(model.restart(id));
                }
                case 4 -> {
                    history.add("delete " + id);
                    assertThat(name(tree.deleteChild(id)))
                            .as("%s", history)
                            .isEqualTo(model.delete(id));
                }
                case 5 -> {
                    history.add("toggles " + id);
                    if (!declining.remove(id) && random.nextInt(3) == 0) declining.add(id);
                }
                default -> {
                    if (!model.up.contains(id)) continue;
                    ExitReason reason = any(random, REASONS);
                    history.add(id + " ends " + reason);
                    real.ends(id, reason);
                    model.ends(id, reason);
                }
            }
            same(model, real, history);
        }
        if (model.stopped) return;
        Processes.exit(real.tree.pid(), ExitReason.SHUTDOWN);
        Real.settle();
        model.stopAll();
        history.add("shutdown");
        assertThat(real.events).as("%s", history).isEqualTo(model.events);
    }

    private static void same(Model model, Real real, List<String> history) {
        assertThat(real.events).as("events after %s", history).isEqualTo(model.events);
        assertThat(Processes.isAlive(real.tree.pid())).as("%s", history).isEqualTo(!model.stopped);
        if (model.stopped) return;
        StaticSupervisor tree = real.tree.data();
        assertThat(tree.children())
                .as("children after %s", history)
                .extracting(child -> child.id() + (child.pid() != null))
                .isEqualTo(
                        model.entries.stream()
                                .map(e -> e.id() + model.up.contains(e.id()))
                                .toList());
        assertThat(tree.countChildren())
                .isEqualTo(
                        new ChildCounts(
                                model.entries.size(), model.up.size(), 0, model.entries.size()));
    }

    @Test
    @Rule({
        "V-09", "V-10", "V-11", "V-12", "V-13", "V-14", "V-15", "V-16", "V-17", "V-19", "V-26",
        "V-34", "V-35", "V-36", "V-37", "V-38", "V-39", "V-40"
    })
    void doesWhatTheModelDoes() {
        long first = new SplittableRandom().nextLong();
        for (int i = 0; i < 300; i++) {
            long seed = first + i;
            try {
                Simulation.run(seed, () -> life(new Random(seed)));
            } catch (Throwable failure) {
                throw new AssertionError("failed with seed " + seed, failure);
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Gives random steps to a model and to real supervisors, and compares the two after each. When a
 * tree has come to its end, the next one is made up.
 */
final class ModelRun {
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final Duration BLUR = Duration.ofSeconds(5);
    private static final int SHOWN = 40;

    /** By then a step and what follows from it at once has ended. */
    private static final Duration STEP = Duration.ofMinutes(5);

    private final ModelLog log;
    private final Consumer<Duration> clock;
    private static final int MOST_ATTEMPTS = 5;

    private final ModelSystem.Settling settling;
    private final ModelGenerator generator;
    private final Deque<String> history = new ArrayDeque<>();

    private ModelWorld world = new ModelWorld();
    private ModelSystem system;
    private String difference = "";

    /** {@code clock} lets time pass. */
    ModelRun(
            long seed,
            boolean delays,
            ModelLog log,
            Consumer<Duration> clock,
            ModelSystem.Settling settling) {
        this.log = log;
        this.clock = clock;
        this.settling = settling;
        this.generator = new ModelGenerator(new Random(seed), delays);
        this.system = new ModelSystem(log, settling);
    }

    /** In a process. */
    void run(int steps) {
        Processes.trapExits(true);
        plant();
        for (int i = 0; i < steps; i++) {
            if (!world.root().isAlive()) plant();
            if (sharpen()) compare();
            if (world.root().isAlive()) step(generator.step(world));
        }
        if (world.root().isAlive()) step(new ModelStep.Close(ExitReason.SHUTDOWN));
    }

    private void plant() {
        system.emptyMailbox();
        ModelSpec root = generator.root();
        history.clear();
        history.add("tree " + root);
        world = new ModelWorld();
        system = new ModelSystem(log, settling);
        world.begin(root);
        system.begin(root);
        compare();
    }

    private void step(ModelStep step) {
        if (history.size() > SHOWN) history.remove();
        history.add(step.toString());
        if (step instanceof ModelStep.Pass(Duration time)) {
            pass(time);
            sharpen();
        }
        elapse();
        var runner = new ModelRunner(world, generator);
        List<String> wanted = runner.run(step);
        if (step instanceof ModelStep.Meanwhile) history.add("that is " + step);
        List<String> answers = system.run(step, runner.wasGated(), world.released);
        if (!answers.equals(wanted)) {
            throw new AssertionError(
                    "answers %s instead of %s\n%s".formatted(answers, wanted, story()));
        }
        compare();
        if (step instanceof ModelStep.Meanwhile) system.plan.clear();
    }

    private void elapse() {
        world.elapse(ProcessRuntime.current().nanoTime());
        system.release(world.released);
    }

    /** Lets time pass, with a stop at each restart that becomes due. */
    private void pass(Duration time) {
        elapse();
        long end = world.now + time.toNanos();
        for (long due = world.nextDue(); due < end; due = world.nextDue()) {
            clock.accept(Duration.ofNanos(due - world.now).plus(MOMENT));
            elapse();
        }
        if (end > world.now) clock.accept(Duration.ofNanos(end - world.now));
    }

    /**
     * Lets time pass until there is no doubt which restarts still count, and no restart is due in
     * the next step. True if it has.
     */
    private boolean sharpen() {
        boolean passed = false;
        elapse();
        while (world.isBlurred(BLUR.toNanos()) || world.isDueWithin(STEP.toNanos())) {
            pass(BLUR.multipliedBy(2));
            elapse();
            passed = true;
        }
        return passed;
    }

    private void compare() {
        settle();
        if (!isSame()) throw new AssertionError(difference + "\n" + story());
        world.now = ProcessRuntime.current().nanoTime();
        String wrong = world.adopt(system.dues(), STEP.toNanos());
        if (!wrong.isEmpty()) throw new AssertionError(wrong + "\n" + story());
        system.forget(world.died.keySet());
        log.clear();
        world.forget();
    }

    /**
     * A supervisor that is about to restart a child shows it as stopped for a moment, which may be
     * what is wanted in the end. So it has to be the same once the supervisors have done all.
     */
    private void settle() {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            settling.until(this::isSame);
            system.barrier();
            if (isSame()) return;
        }
    }

    private boolean isSame() {
        return same("tree", world.text(), system.text())
                && same("starts", world.attempts(), system.attempts())
                && same("deaths", words(world.died), words(system.ended(world.died.keySet())))
                && same("reports", ordered(world.log), ordered(log.lines()));
    }

    private boolean same(String what, Object wanted, Object found) {
        if (wanted.equals(found)) return true;
        difference = "%s:\n  wanted %s\n  found  %s".formatted(what, lines(wanted), lines(found));
        return false;
    }

    private static String lines(Object what) {
        return what instanceof List<?> lines
                ? String.join("\n         ", lines.stream().map(Object::toString).toList())
                : what.toString();
    }

    private static Map<String, String> words(Map<String, ExitReason> reasons) {
        var words = new TreeMap<String, String>();
        reasons.forEach((label, why) -> words.put(label, why == null ? "" : ModelWorld.words(why)));
        return words;
    }

    private Map<String, List<String>> ordered(Map<String, List<String>> lines) {
        var ordered = new TreeMap<String, List<String>>();
        lines.forEach(
                (path, some) ->
                        ordered.put(
                                path, world.unordered ? some.stream().sorted().toList() : some));
        return ordered;
    }

    private String story() {
        return "after\n  " + String.join("\n  ", history);
    }
}

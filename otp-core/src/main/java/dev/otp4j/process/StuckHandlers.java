/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The sentry's look at the handlers of a runtime that run now: which of them have been busy with
 * one message for too long. Only running activations are looked at. The stack of each that is found
 * is read once; if that would be too many at one look, the rest follows at the next ones.
 *
 * <p>{@code stuck} is written by the sentry's thread alone and read by tools.
 */
final class StuckHandlers {
    /** Handlers that are younger are not asked for their limit. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private record Found(Object node, StuckHandler handler) {}

    private final Engine runtime;
    private final Function<? super Pid, Duration> limits;
    private final Map<ProcessCell, Found> stuck = new ConcurrentHashMap<>();

    /**
     * @param limits how long a process may handle one message
     */
    StuckHandlers(Engine runtime, Function<? super Pid, Duration> limits) {
        this.runtime = runtime;
        this.limits = limits;
    }

    /** Those that were stuck at the last look, the longest first. */
    List<StuckHandler> now() {
        var all = new ArrayList<StuckHandler>();
        for (Found found : stuck.values()) all.add(found.handler());
        all.sort((a, b) -> b.age().compareTo(a.age()));
        return all;
    }

    boolean contains(Pid process) {
        return !stuck.isEmpty() && process instanceof ProcessCell cell && stuck.containsKey(cell);
    }

    int count() {
        return stuck.size();
    }

    /** Looks at all running handlers. */
    void look(Consumer<StuckHandler> told, Consumer<StuckHandler> goesOn) {
        Set<ProcessCell> seen = new HashSet<>();
        int stacks = StuckHandler.STACKS_PER_LOOK;
        for (Runner runner : Current.runners()) {
            if (runner.runtime != runtime) continue;
            ProcessCell cell = runner.cell();
            Sighted.Handling handling = runner.look();
            if (handling == null || handling.age().compareTo(SHORTEST) < 0) continue;
            if (cell != runner.cell() || !cell.alive()) continue;
            Found known = stuck.get(cell);
            if (known != null && known.node() == handling.node()) {
                boolean lacksStack = known.handler().stack().isEmpty() && stacks > 0;
                if (lacksStack) stacks--;
                StuckHandler now =
                        lacksStack
                                ? found(runner, cell, handling, true)
                                : known.handler().after(handling.age());
                stuck.put(cell, new Found(known.node(), now));
                seen.add(cell);
            } else if (handling.age().compareTo(limit(cell)) >= 0) {
                StuckHandler found = found(runner, cell, handling, stacks-- > 0);
                stuck.put(cell, new Found(handling.node(), found));
                seen.add(cell);
                told.accept(found);
            }
        }
        forgetAllBut(seen, goesOn);
    }

    private void forgetAllBut(Set<ProcessCell> seen, Consumer<StuckHandler> goesOn) {
        stuck.entrySet()
                .removeIf(
                        entry -> {
                            if (seen.contains(entry.getKey())) return false;
                            goesOn.accept(entry.getValue().handler());
                            return true;
                        });
    }

    private Duration limit(ProcessCell cell) {
        return limits.apply(cell);
    }

    private static StuckHandler found(
            Runner runner, ProcessCell cell, Sighted.Handling handling, boolean readsStack) {
        Thread thread = runner.thread;
        List<StackTraceElement> stack =
                thread == null || !readsStack ? List.of() : List.of(thread.getStackTrace());
        return new StuckHandler(
                cell,
                handling.messageType().getName(),
                handling.age(),
                thread == null ? "" : thread.getName(),
                stack,
                Diagnosis.awaited(cell));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.RuntimeWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What runs after a test and did not run before. */
final class Leaks {
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final RuntimeWatch watch = RuntimeWatch.open();
    private final ProcessRuntime shared = ProcessRuntime.defaultRuntime(); // lists from now on
    private final Set<Pid> before = new HashSet<>(shared.unsupervised());
    private final int timersBefore = shared.timerCount();
    private final List<ProcessRuntime> own;

    private Leaks(List<ProcessRuntime> own) {
        this.own = own;
    }

    /**
     * Begins to watch.
     *
     * @param own runtimes that the test has built already
     */
    static Leaks watch(List<ProcessRuntime> own) {
        return new Leaks(own);
    }

    /** Gives all time to end, and returns what has not ended after {@code limit}. Ends it. */
    List<String> find(Duration limit) {
        watch.close();
        var unused = Conditions.await(limit, () -> now().isEmpty());
        List<String> found = now();
        if (!found.isEmpty()) end();
        return found;
    }

    private Set<ProcessRuntime> runtimes() {
        var made = new LinkedHashSet<ProcessRuntime>(own);
        made.addAll(watch.runtimes());
        made.remove(shared);
        return made;
    }

    private List<String> now() {
        var found = new ArrayList<String>();
        for (ProcessRuntime runtime : runtimes()) {
            for (Pid pid : runtime.unsupervised()) addProcess(found, runtime, pid);
            addTimers(found, runtime, runtime.timerCount());
            runtime.zombies()
                    .forEach(zombie -> found.add("thread in %s: %s".formatted(runtime, zombie)));
        }
        for (Pid pid : newShared()) addProcess(found, shared, pid);
        addTimers(found, shared, shared.timerCount() - timersBefore);
        return found;
    }

    private List<Pid> newShared() {
        return shared.unsupervised().stream().filter(pid -> !before.contains(pid)).toList();
    }

    private static void addTimers(List<String> found, ProcessRuntime runtime, int count) {
        if (count > 0) found.add("timers in %s: %d".formatted(runtime, count));
    }

    private static void addProcess(List<String> found, ProcessRuntime runtime, Pid pid) {
        if (ProbeRelay.isRelay(pid)) return;
        ProcessInfo info = ProcessInfo.of(pid);
        if (info.state() == ProcessInfo.State.EXITED) return;
        String code =
                ProcessInfo.moduleOf(pid).map(type -> " running " + type.getName()).orElse("");
        found.add(
                "process in %s: %s%s, %s, linked to %s"
                        .formatted(runtime, pid, code, info.state(), info.links()));
    }

    private void end() {
        newShared().stream().filter(pid -> !ProbeRelay.isRelay(pid)).forEach(Processes::kill);
        for (ProcessRuntime runtime : runtimes()) {
            runtime.killUnsupervised(GRACE);
            runtime.close();
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds virtual threads that the JDK's scheduler may have lost while they ran a process: the thread
 * is runnable, but handled nothing between two looks. Ends each process that a thread has not left
 * when it ended. Only the sentry's thread uses this.
 */
final class StalledRunners {
    private final Engine runtime;
    private Map<Runner, Integer> seen = Map.of();

    StalledRunners(Engine runtime) {
        this.runtime = runtime;
    }

    /** The threads without progress since the last call. */
    List<Thread> find() {
        var running = new HashMap<Runner, Integer>();
        var idle = new ArrayList<Thread>();
        for (Runner runner : Current.runners()) {
            Thread thread = runner.thread;
            if (runner.runtime != runtime || thread == null) continue;
            if (thread.getState() == Thread.State.TERMINATED) runner.recover(thread);
            if (!thread.isVirtual() || thread.getState() != Thread.State.RUNNABLE) continue;
            int progress = runner.progress();
            Integer before = seen.get(runner);
            running.put(runner, progress);
            if (before != null && before == progress) idle.add(thread);
        }
        seen = running;
        return idle;
    }

    void forget() {
        seen = Map.of();
    }
}

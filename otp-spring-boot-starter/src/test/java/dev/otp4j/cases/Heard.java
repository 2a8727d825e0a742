/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import dev.otp4j.application.SystemListener;
import dev.otp4j.application.Termination;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.DroppedMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Starvation;
import dev.otp4j.process.Zombie;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the events that a listener receives, by the name of the listener's method. */
class Heard implements SupervisorListener, SystemListener {
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    private void hear(String method) {
        counts.merge(method, 1, Integer::sum);
    }

    int count(String method) {
        return counts.getOrDefault(method, 0);
    }

    Map<String, Integer> all() {
        return new TreeMap<>(counts);
    }

    @Override
    public void reported(SupervisorReport report) {
        hear("reported");
    }

    @Override
    public void counted(SupervisorReport report) {
        hear("counted");
    }

    @Override
    public void terminated(Termination termination) {
        hear("terminated");
    }

    @Override
    public void processEnded(Pid pid, ExitReason reason) {
        hear("processEnded");
    }

    @Override
    public void processCrashed(CrashReport report) {
        hear("processCrashed");
    }

    @Override
    public void messageDropped(DroppedMessage dropped) {
        hear("messageDropped");
    }

    @Override
    public void zombieFound(Zombie zombie) {
        hear("zombieFound");
    }

    @Override
    public void zombieEnded(Pid pid, Duration age) {
        hear("zombieEnded");
    }

    @Override
    public void carriersStarved(Starvation starvation) {
        hear("carriersStarved");
    }
}

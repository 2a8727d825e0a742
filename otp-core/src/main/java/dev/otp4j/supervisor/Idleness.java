/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.KeyedChild.Phase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends the processes of a keyed factory that have been idle for a time. The factory looks at all of
 * them several times within that time: no process has a timer, and a message costs nothing. The
 * factory's process alone uses it.
 */
final class Idleness<K, M> {
    /**
     * A process that was idle at so many looks after the first one has been so for the whole time.
     */
    private static final int LOOKS = 4;

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final KeyedLoop<K, M> loop;
    private final @Nullable Duration after;

    Idleness(KeyedLoop<K, M> loop, KeyedSettings settings) {
        this.loop = loop;
        this.after = settings.passivateAfter();
    }

    void begin() {
        if (after == null) return;
        loop.events().sendAfter(between(after), new KeyedLoop.Event.Look<>());
    }

    private static Duration between(Duration idle) {
        Duration part = idle.dividedBy(LOOKS);
        return part.compareTo(SHORTEST) < 0 ? SHORTEST : part;
    }

    void look() {
        loop.family().table.stream().forEach(this::look);
        begin();
    }

    private void look(KeyedChild<K, M> child) {
        Pid pid = child.lastPid();
        if (pid == null) return;
        if (child.phase() != Phase.RUNNING) return;
        if (!loop.rests(pid)) child.rests = 0;
        else if (++child.rests >= LOOKS) loop.endIdle(child, pid);
    }
}

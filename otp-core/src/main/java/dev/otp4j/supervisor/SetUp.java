/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The set-up step of one running supervisor, and its value. The supervisor's process alone uses it.
 */
final class SetUp<V> {
    private final Callable<? extends V> step;
    private final SupervisorSetUp.@Nullable TearDown<? super V> tearDown;
    private @Nullable String supervisor;
    private @Nullable V value;

    SetUp(Callable<? extends V> step, SupervisorSetUp.@Nullable TearDown<? super V> tearDown) {
        this.step = step;
        this.tearDown = tearDown;
    }

    /**
     * Runs the step.
     *
     * @param path names the supervisor in messages
     */
    void begin(String path) throws Exception {
        supervisor = path;
        value =
                Objects.requireNonNull(
                        step.call(),
                        () -> "the set-up step of supervisor %s returned null".formatted(path));
    }

    V value() {
        if (value != null) return value;
        throw new IllegalStateException(
                supervisor == null
                        ? "the set-up step has not run, so it has no value"
                        : "supervisor %s has ended, so its set-up step has no value"
                                .formatted(supervisor));
    }

    /** Runs the tear-down, once, if the set-up step has returned. */
    void end() throws Exception {
        V old = value;
        value = null;
        if (old != null && tearDown != null) tearDown.tearDown(old);
    }
}

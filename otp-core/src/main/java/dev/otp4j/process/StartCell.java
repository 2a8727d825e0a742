/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * The place where a starter waits for the initialiser of a new process. The starter is told of a
 * failure only after the process's death, so it finds the process dead and its name free.
 */
final class StartCell extends Rendezvous {
    final @Nullable ProcessCell starter;

    /** Is run when there is an outcome, for a starter that does not wait; or null. */
    private final @Nullable Runnable told;

    /**
     * Written by the new process before it ends. Read by the thread that tells of its end: the same
     * thread, or another one after the CAS.
     */
    private volatile @Nullable StartError failure;

    StartCell(Engine runtime, @Nullable ProcessCell starter) {
        this(runtime, starter, null);
    }

    StartCell(Engine runtime, @Nullable ProcessCell starter, @Nullable Runnable told) {
        super(runtime);
        this.starter = starter;
        this.told = told;
    }

    @Override
    void wake() {
        if (told == null) super.wake();
        else Current.outside(told);
    }

    void failing(String message) {
        failure = new StartError.InitFailed(message);
    }

    void ignoring() {
        failure = new StartError.Ignored();
    }

    /**
     * Says that the process has ended. True if the starter is to hear of that from the start, and
     * therefore gets no exit message; false if the starter was told that the process runs. One step
     * decides. If this only looked, and the starter were told later, the starter could have a dead
     * process and an exit message that never comes, or both.
     *
     * <p>The starter is told afterwards, with {@link #tell}: a starter that does not trap exits has
     * to be dead before its start can return.
     */
    boolean fails() {
        return reserve() || !(outcome() instanceof Startup.Running);
    }

    /** Tells the starter that the process has ended, if it was told nothing else. */
    void tell(ExitReason reason) {
        StartError told = failure;
        settle(new Startup.NotStarted(told != null ? told : new StartError.InitExited(reason)));
    }

    @Override
    void targetEnded(ProcessCell target, ExitReason reason) {
        throw new IllegalStateException("a start is never in a list of watchers");
    }
}

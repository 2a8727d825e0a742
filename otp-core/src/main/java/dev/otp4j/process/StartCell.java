/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * Where a starter waits for the initialiser of a new process. A failure is told by the process's
 * death only, so that whoever hears of it finds the process dead and its name free.
 */
final class StartCell extends Rendezvous {
    final @Nullable ProcessCell starter;

    /**
     * Written by the new process before it ends, read by the thread that tells of its end, in the
     * same thread or after the CAS.
     */
    private volatile @Nullable Startup failure;

    StartCell(Engine runtime, @Nullable ProcessCell starter) {
        super(runtime);
        this.starter = starter;
    }

    void failing(String message) {
        failure = new Startup.Failed(message);
    }

    void ignoring() {
        failure = new Startup.Ignored();
    }

    /**
     * The process has ended. True if its starter is to hear of that from the start, and so by no
     * exit message; false if it was told that the process runs. One step decides: whoever only
     * looks, and tells the starter later, leaves it with a process that is dead and an exit that
     * never comes, or with both.
     *
     * <p>The starter is told afterwards, with {@link #tell}: one that does not trap exits has to be
     * dead before its start can return.
     */
    boolean fails() {
        return reserve() || !(outcome() instanceof Startup.Running);
    }

    /** Tells the starter that the process has ended, if it was told nothing else. */
    void tell(ExitReason reason) {
        Startup told = failure;
        settle(told != null ? told : new Startup.Exited(reason));
    }

    @Override
    void targetEnded(ProcessCell target, ExitReason reason) {
        throw new IllegalStateException("not in the list of watchers: it stands in its process");
    }
}

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
     * Written by the new process before it ends, read by whoever buries it, in the same thread or
     * after the CAS.
     */
    private volatile @Nullable Startup failure;

    StartCell(ProcessRuntime runtime, @Nullable ProcessCell starter) {
        super(runtime);
        this.starter = starter;
    }

    void failing(String message) {
        failure = new Startup.Failed(message);
    }

    void ignoring() {
        failure = new Startup.Ignored();
    }

    @Override
    void targetEnded(ProcessCell target, ExitReason reason) {
        Startup told = failure;
        complete(told != null ? told : new Startup.Exited(reason));
    }
}

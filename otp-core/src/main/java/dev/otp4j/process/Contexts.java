/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import org.jspecify.annotations.Nullable;

/**
 * Calls the {@link ProcessContext} of a runtime, if there is one. No exception of it gets further
 * than here.
 *
 * <pre>
 * field        written by                                     read by
 * ofReports    when the runtime is built; or later, once,     any thread (volatile)
 *              under the monitor, if it was null
 * ofProcesses  with ofReports, of which it is null or a copy  any thread (volatile)
 * </pre>
 */
final class Contexts {
    private final Engine runtime;
    private volatile @Nullable ProcessContext ofReports;
    private volatile @Nullable ProcessContext ofProcesses;

    Contexts(Engine runtime, @Nullable ProcessContext context) {
        this.runtime = runtime;
        if (context != null) set(context);
    }

    /** False if there is a context already. */
    synchronized boolean set(ProcessContext context) {
        if (ofReports != null) return false;
        ofReports = context;
        if (!context.reportsOnly()) ofProcesses = context;
        return true;
    }

    /** Whether the context is called between two processes of a thread. */
    boolean isEnteredByProcesses() {
        return ofProcesses != null;
    }

    /** Enters a process that the thread runs next. Returns what has to be left, or null. */
    @OwnerThread
    @Nullable ProcessContext enter(Pid process) {
        ProcessContext context = ofProcesses;
        if (context != null) enter(context, process);
        return context;
    }

    private boolean enter(ProcessContext context, Pid process) {
        try {
            context.enter(process);
            return true;
        } catch (Throwable thrown) {
            return failed(context, "entered", process, thrown);
        }
    }

    /** Leaves a process. False if that failed: the thread may not be clean. */
    boolean leave(ProcessContext context, Pid process) {
        try {
            context.leave(process);
            return true;
        } catch (Throwable thrown) {
            return failed(context, "left", process, thrown);
        }
    }

    private boolean failed(ProcessContext context, String step, Pid process, Throwable thrown) {
        try {
            runtime.contextFailed(context, step, process, thrown);
        } catch (Throwable noMemory) {
            // not logged
        }
        return false;
    }

    /** Runs code that reports on a process. What it throws is thrown. */
    @AnyThread
    void about(@Nullable Pid process, Runnable code) {
        ProcessContext context = ofReports;
        Runner around = context == null ? null : Current.runner();
        if (context == null || process == null || around != null && around.hasEntered(process)) {
            code.run();
            return;
        }
        if (around != null) around.leaveContext();
        try {
            enter(context, process);
            code.run();
        } finally {
            leave(context, process);
            if (around != null) around.enterContext();
        }
    }
}

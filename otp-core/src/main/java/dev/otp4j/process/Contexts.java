/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import dev.otp4j.internal.user.UserCode;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls the {@link ProcessContext} and the {@link MessageContext} of a runtime, if there are any.
 * No exception of them gets further than here.
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
            return failed(context, () -> process + " was entered", thrown);
        }
    }

    /** Leaves a process. False if that failed: the thread may not be clean. */
    boolean leave(ProcessContext context, Pid process) {
        try {
            context.leave(process);
            return true;
        } catch (Throwable thrown) {
            return failed(context, () -> process + " was left", thrown);
        }
    }

    private boolean failed(Object context, Supplier<String> when, Throwable thrown) {
        UserCode.runQuietly(() -> runtime.contextFailed(context, when, thrown));
        return false;
    }

    // ---- messages

    /**
     * What a message that is sent now carries, or null. Must not be called in an engine call or
     * under a lock.
     *
     * @param to the receiver, or null if a name has none now
     */
    @AnyThread
    @Nullable Noted capture(
            MessageContext context, MessageContext.Kind kind, @Nullable Pid to, Object message) {
        Runner runner = Current.runner();
        ProcessCell self = runner == null ? null : runner.current;
        Noted cause = runner == null || self == null ? null : Envelope.noted(runner.handled());
        boolean deferred = cause != null && cause.deferred();
        boolean defers =
                switch (kind) {
                    case SEND, CALL -> self != null && self == to;
                    case SEND_AFTER, SEND_EVERY -> true;
                };
        boolean repeats = kind == MessageContext.Kind.SEND_EVERY || defers && deferred;
        try {
            MessageContext.Token token =
                    context.capture(new MessageContext.Outgoing(kind, message, to, repeats));
            return token == null ? null : new Noted(context, token, defers || deferred, null);
        } catch (Throwable thrown) {
            String type = message.getClass().getName();
            failed(context, () -> "a message of type " + type + " was sent to " + to, thrown);
            return null;
        }
    }

    /** Opens what a message carries, for its handler. Returns what has to be closed, or null. */
    @OwnerThread
    MessageContext.@Nullable Scope open(Noted noted, ProcessCell receiver, Object message) {
        try {
            return noted.token().handle(receiver, message);
        } catch (Throwable thrown) {
            return notOpened(noted, () -> receiver + " was to handle a message", thrown);
        }
    }

    private MessageContext.@Nullable Scope notOpened(
            Noted noted, Supplier<String> when, Throwable thrown) {
        endChain();
        failed(noted.owner(), when, thrown);
        return null;
    }

    /**
     * Closes what was opened for a handler.
     *
     * @param failure what the handler has thrown, or null
     */
    @OwnerThread
    void close(
            Noted noted,
            MessageContext.Scope scope,
            ProcessCell receiver,
            @Nullable Throwable failure) {
        try {
            scope.close(failure);
        } catch (Throwable thrown) {
            notOpened(noted, () -> receiver + " had handled a message", thrown);
        }
    }

    /** The current thread may not be clean: it runs no further process. */
    private static void endChain() {
        Runner runner = Current.runner();
        if (runner != null) runner.endTurn();
    }

    /** Runs code in the context of the sender of a message, if the message carries one. */
    @AnyThread
    void restored(@Nullable Noted noted, Runnable code) {
        MessageContext.Scope scope = noted == null ? null : restore(noted);
        try {
            code.run();
        } finally {
            if (scope != null) closeQuietly(Objects.requireNonNull(noted), scope);
        }
    }

    private MessageContext.@Nullable Scope restore(Noted noted) {
        try {
            return noted.token().restore();
        } catch (Throwable thrown) {
            return notOpened(noted, () -> "the context of a sender was restored", thrown);
        }
    }

    private void closeQuietly(Noted noted, MessageContext.Scope scope) {
        try {
            scope.close(null);
        } catch (Throwable thrown) {
            notOpened(noted, () -> "the restored context of a sender was closed", thrown);
        }
    }

    /** A call has ended whose request carries something. */
    @AnyThread
    void ended(Noted noted, @Nullable CallResult<?> result) {
        try {
            noted.token().ended(result);
        } catch (Throwable thrown) {
            failed(noted.owner(), () -> "a call ended", thrown);
        }
    }

    // ---- reports

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

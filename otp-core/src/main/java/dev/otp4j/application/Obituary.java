/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.user.UserCode;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ProcessRuntime;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells listeners and the termination hook that the tree of a system has ended. */
final class Obituary {
    private static final System.Logger LOG = Logs.of(OtpSystem.class.getName());

    private final String name;
    private final OtpSystem.Type type;
    private final ProcessRuntime runtime;
    private final Consumer<Termination> terminationHook;

    Obituary(
            String name,
            OtpSystem.Type type,
            ProcessRuntime runtime,
            Consumer<Termination> terminationHook) {
        this.name = name;
        this.type = type;
        this.runtime = runtime;
        this.terminationHook = terminationHook;
    }

    /**
     * Tells listeners and, if all is to end, the hook. If one fails, the others are still called.
     */
    void tell(ExitReason reason, boolean requested) {
        var termination = new Termination(name, type, reason, requested);
        for (SystemListener listener : runtime.listeners(SystemListener.class)) {
            safely(listener::terminated, termination, () -> failed(listener));
        }
        if (!termination.endsAll()) return;
        safely(
                terminationHook,
                termination,
                () -> "termination hook of '%s' failed".formatted(name));
    }

    private String failed(SystemListener listener) {
        return "listener %s of '%s' failed when it was told of the end"
                .formatted(listener.getClass().getName(), name);
    }

    private static void safely(
            Consumer<Termination> told, Termination termination, Supplier<String> failure) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        UserCode.run(
                () -> told.accept(termination),
                thrown -> LOG.log(Level.ERROR, failure.get(), UserCode.printable(thrown)));
        current.setContextClassLoader(before); // a listener may have changed it
    }
}

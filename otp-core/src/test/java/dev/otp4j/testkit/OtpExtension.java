/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** What {@link OtpTest} does. */
final class OtpExtension implements InvocationInterceptor {
    private static final Duration GRACE = Duration.ofSeconds(2);

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext extensionContext)
            throws Throwable {
        inProcess(invocation, extensionContext);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext extensionContext)
            throws Throwable {
        inProcess(invocation, extensionContext);
    }

    private static void inProcess(Invocation<@Nullable Void> invocation, ExtensionContext context) {
        try (ProcessRuntime runtime = ProcessRuntime.builder().name("test").build()) {
            Set<Pid> left = new LinkedHashSet<>();
            Set<Pid> below = new LinkedHashSet<>();
            Processes.run(
                    runtime,
                    () -> {
                        Pid self = Processes.self();
                        try {
                            for (Object test :
                                    context.getRequiredTestInstances().getAllInstances()) {
                                if (test instanceof OtpTest.Setup setup) setup.begin();
                            }
                            return proceed(invocation);
                        } finally {
                            left.addAll(ProcessInfo.of(self).links());
                            below.addAll(reachable(self));
                            if (Processes.isAlive(self)) Processes.trapExits(true);
                            left.forEach(OtpExtension::kill);
                        }
                    });
            List<String> leaked = leaked(below);
            if (!leaked.isEmpty()) {
                throw new AssertionError("processes that outlived the test: " + leaked);
            }
        }
    }

    /** Kills although the current process may be dead: from a thread that is no process. */
    private static void kill(Pid pid) {
        Expect.outside(() -> Processes.kill(pid));
    }

    private static @Nullable Void proceed(Invocation<@Nullable Void> invocation) {
        try {
            return invocation.proceed();
        } catch (Throwable thrown) {
            throw OtpExtension.<RuntimeException>sneaky(thrown);
        }
    }

    private static Set<Pid> reachable(Pid from) {
        var seen = new LinkedHashSet<Pid>();
        var open = new ArrayDeque<Pid>(List.of(from));
        for (Pid pid; (pid = open.poll()) != null; ) {
            for (Pid linked : ProcessInfo.of(pid).links()) {
                if (!linked.equals(from) && seen.add(linked)) open.add(linked);
            }
        }
        return seen;
    }

    private static List<String> leaked(Set<Pid> pids) {
        long end = System.nanoTime() + GRACE.toNanos();
        while (pids.stream().anyMatch(Processes::isAlive) && System.nanoTime() - end < 0) {
            Thread.yield();
        }
        List<String> leaked =
                pids.stream()
                        .filter(Processes::isAlive)
                        .map(pid -> ProcessInfo.of(pid).toString())
                        .toList();
        pids.forEach(Processes::kill);
        return leaked;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

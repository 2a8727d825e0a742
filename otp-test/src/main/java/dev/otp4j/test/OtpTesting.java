/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.sys.Sys;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes actors fail on purpose, to test what supervisors and callers make of it.
 *
 * {@snippet :
 * OtpTesting.crash(system, "/payments", new IOException("connection reset"));
 * try (Hang hang = OtpTesting.hang(system, "/payments")) {
 *     assertThatThrownBy(() -> payments.call(ofMillis(50), Get::new))
 *             .isInstanceOf(CallException.TimedOut.class);
 * }
 * OtpTesting.kill(system, "/payments");
 * }
 *
 * <p>A path is as the tree shows it, such as {@code /orders/intake}. Each method waits at most
 * {@link TestLimits#timeout}. Any thread may call them, except the process that is meant. All throw
 * an {@link AssertionError} that contains the tree if there is no process at the path.
 *
 * @since 0.1.0
 */
public final class OtpTesting {
    private OtpTesting() {}

    /**
     * Makes an actor end as if its handler had thrown {@code thrown}, and returns when it has
     * ended. The actor handles first what was sent to it before. It then runs its {@code
     * onTerminate}, is reported as crashed, and its supervisor acts as after any crash: wait for
     * the restart with {@link OtpSystemAssert#actor}. Works whether or not the actor traps exits.
     *
     * <p>It is a system request that stops the process with the abnormal reason {@code thrown}, as
     * {@link Sys#terminate} does. Unlike in a real crash no message is lost, and the crash report
     * has no message.
     *
     * <p>Counterpart: {@code sys:terminate/2}.
     *
     * @throws AssertionError if the actor does not come to it in time, because it is busy or hangs;
     *     use {@link #kill} for such a one
     */
    public static void crash(OtpSystem system, String path, Throwable thrown) {
        Objects.requireNonNull(thrown, "'thrown' must not be null");
        Pid pid = pid(system, path);
        try {
            Sys.terminate(pid, ExitReason.abnormal(thrown), TestLimits.timeout());
        } catch (CallException.TimedOut | IllegalArgumentException e) {
            throw failed(system, "cannot crash %s: %s".formatted(path, e.getMessage()), e);
        } catch (CallException.CalleeDown ended) {
            // that is what was asked for
        }
        awaitEnd(system, path, pid);
    }

    /**
     * Kills a process and returns when it has ended. It cannot prevent it, its {@code onTerminate}
     * does not run, and a handler that runs is interrupted. Its supervisor acts as after any kill.
     */
    public static void kill(OtpSystem system, String path) {
        Pid pid = pid(system, path);
        Processes.kill(pid);
        awaitEnd(system, path, pid);
    }

    /**
     * Makes an actor hang between two messages, and returns when it does. Its thread is blocked,
     * its messages stay queued, calls time out, an orderly stop does not reach it, and a kill ends
     * it. {@link Hang#release} lets it go on.
     *
     * @throws AssertionError if the actor does not come to it in time
     */
    public static Hang hang(OtpSystem system, String path) {
        Pid pid = pid(system, path);
        var hang = new Hang(path, pid);
        if (hang.begin(TestLimits.timeout())) return hang;
        hang.release();
        throw failed(system, "cannot make %s hang: it is busy or has ended".formatted(path), null);
    }

    /** {@return the process at a path} */
    public static Pid pid(OtpSystem system, String path) {
        Objects.requireNonNull(system, "'system' must not be null");
        Objects.requireNonNull(path, "'path' must not be null");
        Pid pid = system.find(path, 0, 0).map(TreeNode::pid).orElse(null);
        if (pid == null) throw failed(system, "no process at " + path, null);
        return pid;
    }

    /** {@return the tree of a system as text, a line for each process} */
    public static String tree(OtpSystem system) {
        return TreeText.of(system);
    }

    private static void awaitEnd(OtpSystem system, String path, Pid pid) {
        ProcessRuntime runtime = system.runtime();
        CompletableFuture<ExitReason> ended = runtime.whenEnded(pid).toCompletableFuture();
        try {
            var unused = ended.get(Conditions.nanos(TestLimits.timeout()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw failed(system, "%s did not end within %s".formatted(path, limit()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(system, "interrupted while waiting for the end of " + path, e);
        } catch (ExecutionException e) {
            throw failed(system, "cannot wait for the end of " + path, e);
        }
    }

    private static Duration limit() {
        return TestLimits.timeout();
    }

    private static AssertionError failed(
            OtpSystem system, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new AssertionError(what + "\n" + TreeText.of(system), cause);
    }
}

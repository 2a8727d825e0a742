/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.actor.StartException;
import dev.otp4j.internal.boot.StartGate;
import dev.otp4j.internal.threads.Nanos;
import dev.otp4j.internal.threads.PlatformThreads;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.supervisor.ChildStartFailure;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorInfo;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the tree of a system is started, and how a start is called off. One start at a time; any
 * thread may call it off and look at its root.
 */
final class TreeStart {
    private static final Duration AFTER_CALL_OFF = Duration.ofSeconds(2);

    private final String name;
    private final ProcessRuntime runtime;
    private final StartGate gate;
    private final @Nullable Duration limit;

    /**
     * @param gate a listener of the runtime
     * @param limit how long a start may take, or null for no limit
     */
    TreeStart(String name, ProcessRuntime runtime, StartGate gate, @Nullable Duration limit) {
        this.name = name;
        this.runtime = runtime;
        this.gate = gate;
        this.limit = limit;
    }

    /**
     * Another start begins: it is not called off yet.
     *
     * @param before the root of the life before, or null; the new children take over the restarts
     *     and failures of its children
     */
    void begin(@Nullable SupervisorInfo before) {
        gate.begin(before);
    }

    /**
     * Starts the tree; returns when its last child is initialised.
     *
     * @throws OtpStartException if a child could not be started, or the start was called off
     */
    StaticSupervisor run(Supplier<StaticSupervisor.Builder> root) {
        var timer = new StartLimit(runtime, limit, () -> callOff(tooLong()), this::kill);
        try (timer) {
            return Processes.outside(() -> startRoot(root));
        } catch (StartException e) {
            throw failed(e.error());
        }
    }

    private StaticSupervisor startRoot(Supplier<StaticSupervisor.Builder> root) {
        ProcessOptions options =
                ProcessOptions.defaults().labeled("root").runtime(runtime).initTimeout(null);
        StaticSupervisor.Builder supervisor = root.get(); // user code, for the caller's thread
        return startApart(() -> supervisor.start(options).data());
    }

    /**
     * Runs on its own thread, so that an interrupt of the caller calls the start off in order
     * instead of only killing the root.
     */
    private StaticSupervisor startApart(Supplier<StaticSupervisor> start) {
        var started = new CompletableFuture<StaticSupervisor>();
        PlatformThreads.start(
                runtime.classLoader(),
                "otp:start",
                () -> {
                    try {
                        started.complete(start.get());
                    } catch (Throwable thrown) {
                        started.completeExceptionally(thrown);
                    }
                });
        try {
            return started.get();
        } catch (InterruptedException e) {
            callOff("the thread that starts '%s' was interrupted".formatted(name));
            return startedAfterAll(started);
        } catch (ExecutionException e) {
            throw PlatformThreads.thrown(e);
        }
    }

    /**
     * Waits with a limit each time: the code that interrupted may check that no thread waits
     * without one.
     */
    private StaticSupervisor startedAfterAll(CompletableFuture<StaticSupervisor> started) {
        try {
            for (; ; ) {
                try {
                    return started.get(Nanos.of(AFTER_CALL_OFF), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    kill();
                } catch (InterruptedException e) {
                    // the start is called off already
                } catch (ExecutionException e) {
                    throw PlatformThreads.thrown(e);
                }
            }
        } finally {
            Thread.currentThread().interrupt();
        }
    }

    /** The initialiser that runs is interrupted and fails; what was started is stopped in order. */
    void callOff(String why) {
        gate.callOff(why);
    }

    /** The start was called off and does not end: something in it ignores interrupts. */
    void kill() {
        Pid starting = gate.root();
        if (starting != null) TreeWalk.kill(starting);
        runtime.killUnsupervised(Duration.ZERO); // among them a root that has not begun yet
    }

    /** The root of the present start, as soon as it runs; or null. */
    @Nullable Pid root() {
        return gate.root();
    }

    // ---- why it failed

    private String tooLong() {
        return "the tree of '%s' was not started within %s".formatted(name, limit);
    }

    private OtpStartException failed(StartError error) {
        String calledOff = gate.calledOff();
        if (calledOff != null) return calledOff(calledOff);
        if (error instanceof StartError.InitExited(ExitReason.Shutdown(ChildStartFailure outer))) {
            return new OtpStartException(StartFailureText.of(outer), error, outer.innermost());
        }
        return new OtpStartException(
                "the tree of '%s' could not be started: %s".formatted(name, error), error, null);
    }

    private OtpStartException calledOff(String why) {
        String stuck = gate.stuck();
        String message = stuck == null ? why : why + "; '" + stuck + "' was being started";
        Duration passed = why.equals(tooLong()) ? limit : null;
        StartError error =
                passed == null
                        ? new StartError.InitFailed(why)
                        : new StartError.InitTimeout(passed);
        return new OtpStartException(message, error, null);
    }
}

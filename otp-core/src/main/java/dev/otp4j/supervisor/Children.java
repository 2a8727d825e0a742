/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Down;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Startup;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How both kinds of supervisor start and stop processes. Called in the supervisor's process. */
final class Children {
    private Children() {}

    /** Runs a start function; what it throws or returns is a result. */
    static <D> StartResult<D> start(Callable<@Nullable Started<D>> start) {
        try {
            Started<D> started = start.call();
            if (started != null) return new StartResult.Ok<>(started);
            return new StartResult.Failed<>(
                    new StartError.InitFailed("the start function returned null"));
        } catch (StartException e) {
            return new StartResult.Failed<>(e.error());
        } catch (Throwable thrown) {
            if (!Processes.isAlive(Processes.self()))
                throw thrown instanceof Error e ? e : new Error(thrown);
            return new StartResult.Failed<>(new StartError.InitExited(ExitReason.of(thrown)));
        } finally {
            // what a start function did to this thread's interrupt status is not the supervisor's
            // business
            Thread.interrupted();
        }
    }

    /**
     * What a supervisor's start yields.
     *
     * @param handle makes the handle of the running one
     * @throws StartException if it did not start
     */
    static <H> Started<H> started(Startup startup, Function<Pid, H> handle) {
        return switch (startup) {
            case Startup.Running running ->
                    new Started<>(running.pid(), handle.apply(running.pid()));
            case Startup.NotStarted(StartError error) -> throw new StartException(error);
        };
    }

    /** The exit reason that stands for a failed start. */
    static ExitReason reason(StartError error) {
        return switch (error) {
            case StartError.Ignored ignored -> ExitReason.NORMAL;
            case StartError.InitExited(ExitReason reason) -> reason;
            case StartError.InitFailed(String message) -> ExitReason.abnormal(message);
            case StartError.MaxChildren full -> ExitReason.abnormal(full.toString());
            case StartError.InitTimeout(Duration limit) ->
                    ExitReason.abnormal("initialiser did not finish within " + limit);
        };
    }

    /** Stops a process and waits until it is dead. Returns its exit reason. */
    static ExitReason stop(Pid pid, Shutdown shutdown) {
        Monitor monitor = Processes.monitor(pid);
        Selector<Down> down = Selector.<Down>create().selectMonitor(monitor, d -> d);
        switch (shutdown) {
            case Shutdown.BrutalKill kill -> Processes.kill(pid);
            case Shutdown.Infinity infinity -> Processes.exit(pid, ExitReason.SHUTDOWN);
            case Shutdown.After(Duration limit) -> {
                Processes.exit(pid, ExitReason.SHUTDOWN);
                var ended = down.receive(limit);
                if (ended.isPresent()) return reason(ended.get());
                Processes.kill(pid);
            }
        }
        return reason(down.receiveForever());
    }

    /** A child that was dead already has its own reason. */
    private static ExitReason reason(Down down) {
        if (!(down.reason() instanceof ExitReason.NoProcess)) return down.reason();
        ExitReason own = ProcessInfo.of(down.pid()).exitReason();
        return own == null ? down.reason() : own;
    }

    /** Asks all at once to stop, waits for all within one time limit, then kills the rest. */
    static Map<Pid, ExitReason> stopAll(List<Pid> pids, Shutdown shutdown) {
        var waiting = new HashMap<Monitor, Pid>();
        for (Pid pid : pids) waiting.put(Processes.monitor(pid), pid);
        boolean brutal = shutdown instanceof Shutdown.BrutalKill;
        for (Pid pid : pids) Processes.exit(pid, brutal ? ExitReason.KILL : ExitReason.SHUTDOWN);
        var reasons = new HashMap<Pid, ExitReason>();
        if (shutdown instanceof Shutdown.After(Duration limit)) {
            collect(waiting, reasons, ProcessRuntime.current().nanoTime(), limit);
            waiting.values().forEach(Processes::kill);
        }
        collect(waiting, reasons, 0, null);
        return reasons;
    }

    private static void collect(
            Map<Monitor, Pid> waiting,
            Map<Pid, ExitReason> reasons,
            long start,
            @Nullable Duration limit) {
        Selector<Down> downs = Selector.<Down>create().selectMonitors(down -> down);
        while (!waiting.isEmpty()) {
            Down down;
            if (limit == null) {
                down = downs.receiveForever();
            } else {
                Duration left = limit.minusNanos(ProcessRuntime.current().nanoTime() - start);
                var received = downs.receive(left.isNegative() ? Duration.ZERO : left);
                if (received.isEmpty()) return;
                down = received.get();
            }
            if (waiting.remove(down.monitor()) != null) reasons.put(down.pid(), reason(down));
        }
    }

    /** A child will not be started again: sends to its name fail from now on. */
    static void abandon(Pid pid) {
        Name<?> name = ProcessInfo.nameOf(pid).orElse(null);
        if (name == null) return;
        ExitReason reason = ProcessInfo.of(pid).exitReason();
        name.abandon(pid + " has ended with reason=" + reason + " and will not be started again");
    }

    /** Refuses a child whose mailbox is left to a successor that it never has. */
    static <D> @Nullable Started<D> checked(
            String id, Restart restart, @Nullable Started<D> started) {
        if (started == null || restart != Restart.TEMPORARY) return started;
        var retention = ProcessInfo.retentionOf(started.pid());
        if (retention.isEmpty()) return started;
        Processes.unlink(started.pid());
        Processes.kill(started.pid());
        abandon(started.pid());
        throw new StartException(
                new StartError.InitFailed(
                        "child '%s' is TEMPORARY and has a retained mailbox ('%s'), but its supervisor never starts it again: make it PERMANENT or TRANSIENT, or remove retained(...)"
                                .formatted(id, retention.get())));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor of children that are known beforehand: it starts them in order, starts them again
 * when they fail, and stops them in reverse order. An instance is the handle of a running
 * supervisor.
 *
 * {@snippet :
 * Started<StaticSupervisor> tree = StaticSupervisor.oneForOne()
 *         .restartTolerance(2, Duration.ofSeconds(5))
 *         .add(ChildSpecification.worker("stock", stock::start))
 *         .start();
 * }
 *
 * <p>A child that fails more often than the supervisor tolerates makes it give up: it stops all
 * children and ends with {@code shutdown}; its own supervisor then decides what to do.
 *
 * <p>Reading never sends the supervisor a message: it answers while an initialiser runs, and after
 * the end. Starting, stopping and deleting children goes through the supervisor's own queue, one
 * request after another. Any thread may do it except that of a child's initialiser, for which the
 * supervisor waits.
 *
 * <p>Counterpart: {@code gleam/otp/static_supervisor}, {@code supervisor}.
 *
 * @since 0.1.0
 */
public final class StaticSupervisor {
    private final Pid pid;
    private final SupervisorLoop loop;

    StaticSupervisor(Pid pid, SupervisorLoop loop) {
        this.pid = pid;
        this.loop = loop;
    }

    /**
     * {@return the handle of the static supervisor that a process runs} For tools that have found
     * the process in a tree. Empty when {@link SupervisorInfo#of} is, and for a factory.
     */
    public static Optional<StaticSupervisor> of(Pid process) {
        return SupervisorInfo.of(process).orElse(null) instanceof SupervisorLoop loop
                ? Optional.of(new StaticSupervisor(process, loop))
                : Optional.empty();
    }

    /** {@return what can be read of it, also after its end} */
    public SupervisorInfo info() {
        return loop;
    }

    /** {@return a builder: one failed child is restarted alone} */
    public static Builder oneForOne() {
        return new Builder(Strategy.ONE_FOR_ONE);
    }

    /** {@return a builder: when one child fails, all are stopped and started again} */
    public static Builder oneForAll() {
        return new Builder(Strategy.ONE_FOR_ALL);
    }

    /**
     * {@return a builder: when one child fails, it and those after it in start order are stopped
     * and started again}
     */
    public static Builder restForOne() {
        return new Builder(Strategy.REST_FOR_ONE);
    }

    /** {@return a builder with that strategy} */
    public static Builder of(Strategy strategy) {
        return new Builder(Objects.requireNonNull(strategy, "'strategy' must not be null"));
    }

    /** {@return the supervisor's process} */
    public Pid pid() {
        return pid;
    }

    /** {@return the children, in start order} */
    public List<ChildInfo> children() {
        return loop.snapshots();
    }

    /** {@return how many children there are} */
    public ChildCounts countChildren() {
        return loop.counts();
    }

    /** {@return the specification of a child with all defaults, or empty if there is no such id} */
    public Optional<ChildSpecification<?>> childSpecification(String id) {
        return loop.specification(Objects.requireNonNull(id, "'id' must not be null"));
    }

    /**
     * Adds a child after all others and starts it. Waits for its initialiser, and for whatever the
     * supervisor is doing, as long as that takes. If the wait is interrupted the child starts all
     * the same, under its supervisor.
     *
     * <p>Counterpart: {@code supervisor:start_child/2}.
     *
     * @throws StartException if the child could not be started; its specification is not kept. With
     *     {@link StartError.Ignored} if it declined: its specification is kept without a process,
     *     unless it is temporary
     * @throws ChildException.Running if there is a child of that id, and it runs
     * @throws ChildException.AlreadyPresent if there is a child of that id without a process
     * @throws IllegalArgumentException if the child is significant but permanent, or the
     *     supervisor's {@link AutoShutdown} is {@code NEVER}; if the longest delay of its {@link
     *     Backoff} does not fit the supervisor's restart tolerance; if it is temporary and has a
     *     back-off or waits for the thread of a killed one; nothing was started
     * @throws CallException if the supervisor is not there, or ended meanwhile
     */
    public <D> Started<D> startChild(ChildSpecification<D> child) {
        StartChildResult<D> result = tryStartChild(child);
        return outcomes().started(child.id(), result);
    }

    /**
     * {@link #startChild(ChildSpecification)} within a time limit. When it is over, or the wait is
     * interrupted, there is no child: if the supervisor has not come to the request, it starts
     * nothing; if the child is being started, that goes on, and the child is stopped in the way of
     * its specification as soon as its initialiser has finished. A report says so, with {@link
     * SupervisorReport.Context#START_ERROR}.
     *
     * @param limit longest time to wait; bound the initialiser itself with {@link
     *     dev.otp4j.actor.ActorBuilder#initTimeout}
     * @throws CallException.TimedOut if the time is over
     * @throws IllegalArgumentException also if {@code limit} is negative
     */
    public <D> Started<D> startChild(ChildSpecification<D> child, Duration limit) {
        StartChildResult<D> result = tryStartChild(child, limit);
        return outcomes().started(child.id(), result);
    }

    /** {@link #startChild(ChildSpecification)} with the outcome as a value. */
    public <D> StartChildResult<D> tryStartChild(ChildSpecification<D> child) {
        return start(child, new StartCaller(null));
    }

    /**
     * {@link #startChild(ChildSpecification, Duration)} with the outcome as a value; only the end
     * of the time limit is an exception.
     *
     * @throws CallException.TimedOut if the time is over
     */
    public <D> StartChildResult<D> tryStartChild(ChildSpecification<D> child, Duration limit) {
        return start(
                child, new StartCaller(Objects.requireNonNull(limit, "'limit' must not be null")));
    }

    private <D> StartChildResult<D> start(ChildSpecification<D> child, StartCaller caller) {
        Objects.requireNonNull(child, "'child' must not be null")
                .check(loop.autoShutdown(), loop.tolerance());
        return caller.ask(
                loop.events(),
                (Subject<StartChildResult<D>> reply) ->
                        new SupervisorRequest.Start<>(child, caller, reply));
    }

    /**
     * Stops a child in the way of its specification, and waits until it is dead. It is not started
     * again by itself, not even a permanent one, unless a sibling fails and the strategy restarts
     * both. The specification of a temporary child is removed. If the child was being restarted,
     * that ends; if it is stopped already, nothing happens.
     *
     * @throws ChildException.NotFound if there is no child of that id
     * @throws CallException if the supervisor is not there, or ended meanwhile
     */
    public void terminateChild(String id) {
        outcomes().terminated(id, tryTerminateChild(id));
    }

    /** {@link #terminateChild} with the outcome as a value. */
    public TerminateChildResult tryTerminateChild(String id) {
        Objects.requireNonNull(id, "'id' must not be null");
        return ask(
                (Subject<TerminateChildResult> reply) ->
                        new SupervisorRequest.Terminate(id, reply));
    }

    /**
     * Starts a stopped child again, in its old place. Does not count against the tolerance.
     *
     * @return the new process and its data
     * @throws StartException if it could not be started, or, with {@link StartError.Ignored},
     *     declined; it stays stopped
     * @throws ChildException.NotFound if there is no child of that id
     * @throws ChildException.Running if it runs
     * @throws ChildException.Restarting if the supervisor is restarting it by itself
     * @throws CallException if the supervisor is not there, or ended meanwhile
     */
    public Started<?> restartChild(String id) {
        return outcomes().restarted(id, tryRestartChild(id));
    }

    /** {@link #restartChild} with the outcome as a value. */
    public RestartChildResult tryRestartChild(String id) {
        Objects.requireNonNull(id, "'id' must not be null");
        return ask((Subject<RestartChildResult> reply) -> new SupervisorRequest.Restart(id, reply));
    }

    /**
     * Removes a stopped child's specification.
     *
     * @throws ChildException.NotFound if there is no child of that id
     * @throws ChildException.Running if it runs
     * @throws ChildException.Restarting if the supervisor is restarting it by itself
     * @throws CallException if the supervisor is not there, or ended meanwhile
     */
    public void deleteChild(String id) {
        outcomes().deleted(id, tryDeleteChild(id));
    }

    /** {@link #deleteChild} with the outcome as a value. */
    public DeleteChildResult tryDeleteChild(String id) {
        Objects.requireNonNull(id, "'id' must not be null");
        return ask((Subject<DeleteChildResult> reply) -> new SupervisorRequest.Delete(id, reply));
    }

    private Outcomes outcomes() {
        return new Outcomes(this);
    }

    private <R> R ask(Function<Subject<R>, SupervisorRequest> request) {
        return loop.events().callForever(request);
    }

    @Override
    public String toString() {
        return "StaticSupervisor[" + pid + "]";
    }

    /**
     * How a {@link StaticSupervisor} is started. Immutable: each method returns a new builder, and
     * one builder starts any number of supervisors.
     */
    public static final class Builder {
        private final Strategy strategy;
        private final Tolerance tolerance;
        private final AutoShutdown autoShutdown;
        private final List<ChildSpecification<?>> children;
        private final @Nullable ProcessRuntime runtime;
        private final @Nullable ConcurrencyLimit concurrency;

        private Builder(Strategy strategy) {
            this(strategy, Tolerance.DEFAULT, AutoShutdown.NEVER, List.of(), null, null);
        }

        private Builder(
                Strategy strategy,
                Tolerance tolerance,
                AutoShutdown autoShutdown,
                List<ChildSpecification<?>> children,
                @Nullable ProcessRuntime runtime,
                @Nullable ConcurrencyLimit concurrency) {
            this.strategy = strategy;
            this.tolerance = tolerance;
            this.autoShutdown = autoShutdown;
            this.children = children;
            this.runtime = runtime;
            this.concurrency = concurrency;
        }

        /**
         * How many restarts are tolerated within any such period; defaults to 2 in 5 s.
         *
         * @throws IllegalArgumentException if {@code intensity} is negative or {@code period} not
         *     positive
         */
        public Builder restartTolerance(int intensity, Duration period) {
            Tolerance tolerated = new Tolerance(intensity, period);
            return new Builder(strategy, tolerated, autoShutdown, children, runtime, concurrency);
        }

        /**
         * Whether it stops with its significant children; defaults to {@link AutoShutdown#NEVER}.
         */
        public Builder autoShutdown(AutoShutdown when) {
            Objects.requireNonNull(when, "'when' must not be null");
            return new Builder(strategy, tolerance, when, children, runtime, concurrency);
        }

        /** Adds a child after those added before. */
        public Builder add(ChildSpecification<?> child) {
            return addAll(List.of(Objects.requireNonNull(child, "'child' must not be null")));
        }

        /** Adds children in their order after those added before. */
        public Builder addAll(Collection<? extends ChildSpecification<?>> added) {
            var more = new ArrayList<ChildSpecification<?>>(children);
            more.addAll(Objects.requireNonNull(added, "'added' must not be null"));
            return new Builder(
                    strategy, tolerance, autoShutdown, List.copyOf(more), runtime, concurrency);
        }

        /** The runtime for a start from a thread that runs no process. */
        public Builder runtime(ProcessRuntime newRuntime) {
            Objects.requireNonNull(newRuntime, "'runtime' must not be null");
            return new Builder(
                    strategy, tolerance, autoShutdown, children, newRuntime, concurrency);
        }

        /**
         * The limit of which all actors of its subtree take permits, except those with a limit of
         * their own; see {@link ChildSpecification#concurrency(ConcurrencyLimit)}. The supervisor
         * itself takes none. If this supervisor is a child whose specification has a limit too,
         * this one counts.
         */
        public Builder concurrency(ConcurrencyLimit limit) {
            Objects.requireNonNull(limit, "'limit' must not be null");
            return new Builder(strategy, tolerance, autoShutdown, children, runtime, limit);
        }

        /**
         * A step that makes a value for the children when the supervisor starts, such as a
         * connection that they share. Children that are added afterwards can use it.
         *
         * @param step runs in the supervisor's process before the first child is started; it must
         *     not return null
         */
        public <V> SupervisorSetUp<V> setUp(Callable<? extends V> step) {
            return new SupervisorSetUp<>(this, step);
        }

        /**
         * Starts the supervisor and its children; returns when the last one is initialised.
         *
         * @throws StartException if a child could not be started: those before it were stopped. The
         *     reason is {@code shutdown} with a {@link ChildStartFailure}
         * @throws IllegalArgumentException if two children have the same id, or a significant child
         *     is permanent or the supervisor's {@link AutoShutdown} is {@code NEVER}; if the
         *     longest delay of a child's {@link Backoff} does not fit the restart tolerance; if a
         *     temporary child has a back-off or waits for the thread of a killed one; nothing was
         *     started
         */
        public Started<StaticSupervisor> start() {
            return start(ProcessOptions.defaults().initTimeout(null));
        }

        /** {@link #start} with a failure as a value. */
        public StartResult<StaticSupervisor> tryStart() {
            return Outcomes.startOf(this::start);
        }

        /** This supervisor as a child of another: permanent, with all the time it needs to stop. */
        public ChildSpecification<StaticSupervisor> supervised(String id) {
            return ChildSpecification.supervisor(id, this::start);
        }

        /**
         * {@link #start()} with options for the supervisor's process. It traps exits whatever the
         * options say, and what they say of a limit for the processes below is not used.
         *
         * @param options their runtime, if set, is used instead of that of this builder
         * @throws StartException as {@link #start()}; also if the options have a time limit for the
         *     initialiser and the children took longer
         * @throws IllegalArgumentException as {@link #start()}
         */
        public Started<StaticSupervisor> start(ProcessOptions options) {
            return start(options, null);
        }

        Started<StaticSupervisor> start(ProcessOptions options, @Nullable SetUp<?> setUp) {
            checkChildren();
            var loop = new SupervisorLoop(strategy, tolerance, autoShutdown, children, setUp);
            ProcessOptions all = options.trapping(true).concurrencyBelow(concurrency);
            if (all.runtime().isEmpty()) all = all.runtime(runtime);
            return Children.started(
                    Behavior.start(loop, all), pid -> new StaticSupervisor(pid, loop));
        }

        private void checkChildren() {
            var seen = new HashSet<String>();
            for (ChildSpecification<?> child : children) {
                child.check(autoShutdown, tolerance);
                if (!seen.add(child.id())) {
                    throw new IllegalArgumentException(
                            "two children have the id '%s': change one of them with withId"
                                    .formatted(child.id()));
                }
            }
        }
    }
}

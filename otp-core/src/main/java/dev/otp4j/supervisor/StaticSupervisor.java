/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor whose children are known beforehand: it starts them in order, starts them again when
 * they fail, and stops them in reverse order. This is the handle of a running one.
 *
 * {@snippet :
 * Started<StaticSupervisor> tree = StaticSupervisor.oneForOne()
 *         .restartTolerance(2, Duration.ofSeconds(5))
 *         .add(ChildSpecification.worker("stock", stock::start))
 *         .start();
 * }
 *
 * <p>A child that fails more often than the supervisor tolerates makes it give up: it stops all
 * children and ends with {@code shutdown}, which is for its own supervisor to deal with.
 *
 * <p>Reading never sends the supervisor a message: it answers while an initialiser runs, and after
 * the end. Starting, stopping and deleting children goes through the supervisor's own queue, one
 * request after another, from any thread but that of a child's initialiser.
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

    /** {@return what can be read of it, also after its end} */
    public SupervisorInfo info() {
        return loop;
    }

    /** {@return a builder: one failed child is restarted alone} */
    public static Builder oneForOne() {
        return new Builder(Strategy.ONE_FOR_ONE);
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
     * supervisor is doing.
     *
     * @return what came of it; a known id is an answer, not an exception
     * @throws IllegalArgumentException if the child is significant and its restart type or the
     *     supervisor's {@link AutoShutdown} does not admit that; nothing was started
     * @throws CallException if the supervisor is not there, or ended meanwhile
     */
    public <D> StartChildResult<D> startChild(ChildSpecification<D> child) {
        Objects.requireNonNull(child, "'child' must not be null").check(loop.autoShutdown());
        return ask(
                (Subject<StartChildResult<D>> reply) ->
                        new SupervisorRequest.Start<>(child, reply));
    }

    /**
     * Stops a child in the way of its specification, and waits until it is dead. It is not started
     * again by itself, not even a permanent one, unless a sibling fails that takes it along; a
     * temporary one is forgotten. If it was being restarted, that ends.
     *
     * @throws CallException if the supervisor is not there, or ended meanwhile
     */
    public TerminateChildResult terminateChild(String id) {
        Objects.requireNonNull(id, "'id' must not be null");
        return ask(
                (Subject<TerminateChildResult> reply) ->
                        new SupervisorRequest.Terminate(id, reply));
    }

    /**
     * Starts a stopped child again, in its old place. Costs no tolerance.
     *
     * @throws CallException if the supervisor is not there, or ended meanwhile
     */
    public RestartChildResult restartChild(String id) {
        Objects.requireNonNull(id, "'id' must not be null");
        return ask((Subject<RestartChildResult> reply) -> new SupervisorRequest.Restart(id, reply));
    }

    /**
     * Forgets a stopped child.
     *
     * @throws CallException if the supervisor is not there, or ended meanwhile
     */
    public DeleteChildResult deleteChild(String id) {
        Objects.requireNonNull(id, "'id' must not be null");
        return ask((Subject<DeleteChildResult> reply) -> new SupervisorRequest.Delete(id, reply));
    }

    private <R> R ask(Function<Subject<R>, SupervisorRequest> request) {
        return loop.events().callForever(request);
    }

    @Override
    public String toString() {
        return "StaticSupervisor[" + pid + "]";
    }

    /** Builds a {@link StaticSupervisor}; can start any number of them. Not thread-safe. */
    public static final class Builder {
        private final Strategy strategy;
        private Tolerance tolerance = Tolerance.DEFAULT;
        private AutoShutdown autoShutdown = AutoShutdown.NEVER;
        private final List<ChildSpecification<?>> children = new ArrayList<>();
        private @Nullable ProcessRuntime runtime;

        private Builder(Strategy strategy) {
            this.strategy = strategy;
        }

        /**
         * How many restarts are tolerated within any such period; defaults to 2 in 5 s.
         *
         * @throws IllegalArgumentException if {@code intensity} is negative or {@code period} not
         *     positive
         */
        public Builder restartTolerance(int intensity, Duration period) {
            tolerance = new Tolerance(intensity, period);
            return this;
        }

        /**
         * Whether it stops with its significant children; defaults to {@link AutoShutdown#NEVER}.
         */
        public Builder autoShutdown(AutoShutdown when) {
            autoShutdown = Objects.requireNonNull(when, "'when' must not be null");
            return this;
        }

        /** Adds a child after those added before. */
        public Builder add(ChildSpecification<?> child) {
            children.add(Objects.requireNonNull(child, "'child' must not be null"));
            return this;
        }

        /** The runtime for a start from a thread that is no process. */
        public Builder runtime(ProcessRuntime newRuntime) {
            runtime = Objects.requireNonNull(newRuntime, "'runtime' must not be null");
            return this;
        }

        /**
         * Starts the supervisor and its children; returns when the last one is initialised.
         *
         * @throws StartException if a child could not be started: those before it were stopped. The
         *     reason is {@code shutdown} with a {@link ChildStartFailure}
         * @throws IllegalArgumentException if two children have one id, or a child is significant
         *     that cannot be; nothing was started
         */
        public Started<StaticSupervisor> start() {
            return start(ProcessOptions.defaults().initTimeout(null));
        }

        /** This supervisor as a child of another: permanent, with all the time it needs to stop. */
        public ChildSpecification<StaticSupervisor> supervised(String id) {
            return ChildSpecification.supervisor(id, this::start);
        }

        /**
         * {@link #start()} with options for the supervisor's process. It traps exits whatever the
         * options say.
         *
         * @param options their runtime, if they have one, goes before that of this builder
         * @throws StartException as {@link #start()}; also if the options have a time limit for the
         *     initialiser and the children took longer
         * @throws IllegalArgumentException as {@link #start()}
         */
        public Started<StaticSupervisor> start(ProcessOptions options) {
            checkChildren();
            var loop = new SupervisorLoop(strategy, tolerance, autoShutdown, List.copyOf(children));
            ProcessOptions all = options.trapping(true);
            if (all.runtime() == null) all = all.runtime(runtime);
            return Children.started(
                    Behavior.start(loop, all), pid -> new StaticSupervisor(pid, loop));
        }

        private void checkChildren() {
            var seen = new HashSet<String>();
            for (ChildSpecification<?> child : children) {
                child.check(autoShutdown);
                if (!seen.add(child.id())) {
                    throw new IllegalArgumentException(
                            "two children have the id '%s': give one another id with withId"
                                    .formatted(child.id()));
                }
            }
        }
    }
}

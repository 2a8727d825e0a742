/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartError;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Startup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
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
 * the end.
 *
 * <p>Counterpart: {@code gleam/otp/static_supervisor}, {@code supervisor}.
 *
 * @since 0.1.0
 */
public final class StaticSupervisor {
    private final Pid pid;
    private final SupervisorView view;

    StaticSupervisor(Pid pid, SupervisorView view) {
        this.pid = pid;
        this.view = view;
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
        return view.children();
    }

    /** {@return how many children there are, running or not} */
    public int countChildren() {
        return view.childCount();
    }

    @Override
    public String toString() {
        return "StaticSupervisor[" + pid + "]";
    }

    /** Builds a {@link StaticSupervisor}; can start any number of them. Not thread-safe. */
    public static final class Builder {
        private final Strategy strategy;
        private Tolerance tolerance = Tolerance.DEFAULT;
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
         * @throws IllegalArgumentException if two children have one id; nothing was started
         */
        public Started<StaticSupervisor> start() {
            return start(ProcessOptions.defaults().initTimeout(null));
        }

        /** This supervisor as a child of another: permanent, with all the time it needs to stop. */
        public ChildSpecification<StaticSupervisor> supervised(String id) {
            return ChildSpecification.supervisor(id, this::start);
        }

        Started<StaticSupervisor> start(ProcessOptions options) {
            checkIds();
            var loop = new SupervisorLoop(strategy, tolerance, List.copyOf(children));
            ProcessOptions all = options.trapping(true);
            if (all.runtime() == null) all = all.runtime(runtime);
            return started(Behavior.start(loop, all), loop);
        }

        private void checkIds() {
            var seen = new HashSet<String>();
            for (ChildSpecification<?> child : children) {
                if (!seen.add(child.id())) {
                    throw new IllegalArgumentException(
                            "two children have the id '" + child.id() + "'");
                }
            }
        }

        private static Started<StaticSupervisor> started(Startup startup, SupervisorLoop loop) {
            return switch (startup) {
                case Startup.Running running ->
                        new Started<>(running.pid(), new StaticSupervisor(running.pid(), loop));
                case Startup.Failed(String message) ->
                        throw new StartException(new StartError.InitFailed(message));
                case Startup.Exited(var reason) ->
                        throw new StartException(new StartError.InitExited(reason));
                case Startup.TimedOut(Duration limit) ->
                        throw new StartException(new StartError.InitTimeout(limit));
            };
        }
    }
}

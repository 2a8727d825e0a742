/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link StaticSupervisor} with a set-up step is started: the step makes a value, and the
 * children get it at each start. Immutable: each method returns a new one, and one of these starts
 * any number of supervisors.
 *
 * {@snippet :
 * StaticSupervisor.oneForOne()
 *         .setUp(Connection::open)
 *         .tearDown(Connection::close)
 *         .worker("reader", connection -> reader(connection).start())
 *         .worker("writer", connection -> writer(connection).start(),
 *                 child -> child.shutdown(Duration.ofSeconds(10)))
 *         .start();
 * }
 *
 * <p>The step runs in the supervisor's process, before the first child is started, and again
 * whenever the supervisor is started again by its own supervisor. A child that is restarted alone
 * gets the same value. If the value itself has gone bad, let the children fail: when their failures
 * exceed the restart tolerance, the supervisor ends, and its own supervisor starts it with a new
 * value.
 *
 * <p>A failure of the step is the failure of the supervisor's start. The tear-down runs when all
 * children have ended: at the end of the supervisor, or if its start fails after the step. What it
 * throws is logged. It does not run if the supervisor is killed, nor if the step has failed.
 *
 * <p>Counterpart: code in {@code init/1} of a supervisor's module, whose variables its child specs
 * contain.
 *
 * @param <V> the value
 * @since 0.1.0
 */
public final class SupervisorSetUp<V> {
    /** Starts a child with the value of the set-up step; see {@link ChildSpecification.Start}. */
    @FunctionalInterface
    public interface Start<V, D> {
        /** Starts it and returns when it is initialised. */
        Started<D> start(V value) throws Exception;
    }

    /** Undoes what the set-up step has done. */
    @FunctionalInterface
    public interface TearDown<V> {
        /** Undoes it, in the supervisor's process. May block; the supervisor ends afterwards. */
        void tearDown(V value) throws Exception;
    }

    private final StaticSupervisor.Builder builder;
    private final Callable<? extends V> step;
    private final @Nullable TearDown<? super V> tearDown;

    /** Makes each child for one supervisor. */
    private final List<Function<SetUp<V>, ChildSpecification<?>>> children;

    SupervisorSetUp(StaticSupervisor.Builder builder, Callable<? extends V> step) {
        this(builder, Objects.requireNonNull(step, "'step' must not be null"), null, List.of());
    }

    private SupervisorSetUp(
            StaticSupervisor.Builder builder,
            Callable<? extends V> step,
            @Nullable TearDown<? super V> tearDown,
            List<Function<SetUp<V>, ChildSpecification<?>>> children) {
        this.builder = builder;
        this.step = step;
        this.tearDown = tearDown;
        this.children = children;
    }

    private SupervisorSetUp<V> with(StaticSupervisor.Builder changed) {
        return new SupervisorSetUp<>(changed, step, tearDown, children);
    }

    /** What is done with the value when the children have ended; defaults to nothing. */
    public SupervisorSetUp<V> tearDown(TearDown<? super V> undo) {
        Objects.requireNonNull(undo, "'undo' must not be null");
        return new SupervisorSetUp<>(builder, step, undo, children);
    }

    /**
     * Adds a worker after the children added before. See {@link ChildSpecification#worker}.
     *
     * @throws IllegalArgumentException if {@code id} is blank or contains {@code /}
     */
    public <D> SupervisorSetUp<V> worker(String id, Start<? super V, D> start) {
        return worker(id, start, child -> child);
    }

    /**
     * Adds a worker with settings of its own.
     *
     * @param settings changes the specification; called at each start of the supervisor
     * @throws IllegalArgumentException if {@code id} is blank or contains {@code /}
     */
    public <D> SupervisorSetUp<V> worker(
            String id, Start<? super V, D> start, UnaryOperator<ChildSpecification<D>> settings) {
        Objects.requireNonNull(start, "'start' must not be null");
        Objects.requireNonNull(settings, "'settings' must not be null");
        return add(
                setUp ->
                        settings.apply(
                                ChildSpecification.worker(id, () -> start.start(setUp.value()))));
    }

    /**
     * Adds a supervisor after the children added before. See {@link ChildSpecification#supervisor}.
     *
     * @throws IllegalArgumentException if {@code id} is blank or contains {@code /}
     */
    public <D> SupervisorSetUp<V> supervisor(String id, Start<? super V, D> start) {
        return supervisor(id, start, child -> child);
    }

    /**
     * Adds a supervisor with settings of its own.
     *
     * @param settings changes the specification; called at each start of the supervisor
     * @throws IllegalArgumentException if {@code id} is blank or contains {@code /}
     */
    public <D> SupervisorSetUp<V> supervisor(
            String id, Start<? super V, D> start, UnaryOperator<ChildSpecification<D>> settings) {
        Objects.requireNonNull(start, "'start' must not be null");
        Objects.requireNonNull(settings, "'settings' must not be null");
        return add(
                setUp ->
                        settings.apply(
                                ChildSpecification.supervisor(
                                        id, () -> start.start(setUp.value()))));
    }

    /** Adds a child that does not use the value after those added before. */
    public SupervisorSetUp<V> add(ChildSpecification<?> child) {
        Objects.requireNonNull(child, "'child' must not be null");
        return add(setUp -> child);
    }

    private SupervisorSetUp<V> add(Function<SetUp<V>, ChildSpecification<?>> child) {
        Objects.requireNonNull(
                child.apply(new SetUp<>(step, null)), "'settings' must not return null");
        var more = new ArrayList<>(children);
        more.add(child);
        return new SupervisorSetUp<>(builder, step, tearDown, List.copyOf(more));
    }

    /** See {@link StaticSupervisor.Builder#restartTolerance}. */
    public SupervisorSetUp<V> restartTolerance(int intensity, Duration period) {
        return with(builder.restartTolerance(intensity, period));
    }

    /** See {@link StaticSupervisor.Builder#autoShutdown}. */
    public SupervisorSetUp<V> autoShutdown(AutoShutdown when) {
        return with(builder.autoShutdown(when));
    }

    /** See {@link StaticSupervisor.Builder#runtime}. */
    public SupervisorSetUp<V> runtime(ProcessRuntime runtime) {
        return with(builder.runtime(runtime));
    }

    /**
     * Starts the supervisor: runs the step, and then starts its children; returns when the last one
     * is initialised.
     *
     * @throws StartException if the step or a child has failed
     * @throws IllegalArgumentException as {@link StaticSupervisor.Builder#start()}
     */
    public Started<StaticSupervisor> start() {
        return start(ProcessOptions.defaults().initTimeout(null));
    }

    /** {@link #start} with a failure as a value. */
    public StartResult<StaticSupervisor> tryStart() {
        return Outcomes.startOf(this::start);
    }

    /**
     * {@link #start()} with options; see {@link StaticSupervisor.Builder#start(ProcessOptions)}.
     */
    public Started<StaticSupervisor> start(ProcessOptions options) {
        var setUp = new SetUp<V>(step, tearDown);
        var specifications = new ArrayList<ChildSpecification<?>>();
        for (Function<SetUp<V>, ChildSpecification<?>> child : children) {
            specifications.add(child.apply(setUp));
        }
        return builder.addAll(specifications).start(options, setUp);
    }

    /** This supervisor as a child of another: permanent, with all the time it needs to stop. */
    public ChildSpecification<StaticSupervisor> supervised(String id) {
        return ChildSpecification.supervisor(id, this::start);
    }
}

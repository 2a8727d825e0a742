/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor that starts children of one kind on request, each with its own argument. An instance
 * is the handle of a running factory; any thread may use it.
 *
 * {@snippet :
 * FactoryName<User, Subject<Session.Message>> sessions = FactoryName.create("sessions");
 * StaticSupervisor.oneForOne()
 *         .add(FactorySupervisor.workerChild((User user) -> Session.start(user)).named(sessions).supervised("sessions"))
 *         .start();
 * Subject<Session.Message> session = FactorySupervisor.byName(sessions).startChild(user).data();
 * }
 *
 * <p>Children are transient by default. A child that is restarted gets its original argument again.
 * The data of its new start is dropped, so reach the successor by a name. All children share one
 * tolerance: one restart too many ends the factory and all its children.
 *
 * <p>Counterpart: {@code gleam/otp/factory_supervisor}, {@code simple_one_for_one}, {@code
 * DynamicSupervisor}.
 *
 * @param <A> the argument of a child
 * @param <D> what starting a child yields
 * @since 0.1.0
 */
public final class FactorySupervisor<A, D> {

    /** Starts a child, in the factory's process, so that the new process is linked to it. */
    @FunctionalInterface
    public interface Template<A, D> {
        /**
         * Starts it and returns when it is initialised. What it throws counts as a failed start,
         * and so does a process that is the supervisor's child already or runs in another runtime.
         * A process that is not linked to the supervisor is linked to it.
         */
        Started<D> start(A argument) throws Exception;
    }

    private final Subject<FactoryRequest<A, D>> subject;

    FactorySupervisor(Subject<FactoryRequest<A, D>> subject) {
        this.subject = subject;
    }

    /** {@return the factory that holds the name at each use; it follows a restart} */
    public static <A, D> FactorySupervisor<A, D> byName(FactoryName<A, D> name) {
        return new FactorySupervisor<>(name.requests().subject());
    }

    /**
     * {@return the handle of the factory that a process runs} For tools that have found the process
     * in a tree. Empty when {@link SupervisorInfo#of} is, and for a static supervisor.
     */
    public static Optional<FactorySupervisor<?, ?>> of(Pid process) {
        return SupervisorInfo.of(process).orElse(null) instanceof FactoryLoop<?, ?> loop
                ? Optional.of(loop.handle())
                : Optional.empty();
    }

    /** {@return a builder of a factory of workers} */
    public static <A, D> Builder<A, D> workerChild(Template<A, D> template) {
        return new Builder<>(
                template,
                ChildType.WORKER,
                new Shutdown.After(ChildSpecification.DEFAULT_SHUTDOWN));
    }

    /** {@return a builder of a factory of supervisors} */
    public static <A, D> Builder<A, D> supervisorChild(Template<A, D> template) {
        return new Builder<>(template, ChildType.SUPERVISOR, new Shutdown.Infinity());
    }

    /**
     * Starts a child and waits until it is initialised, however long its start function takes. If
     * the wait is interrupted the child starts all the same, under the factory.
     *
     * <p>Counterpart: {@code factory_supervisor.start_child}.
     *
     * @throws StartException if the child could not be started, and nothing of it is left; or, with
     *     {@link StartError.MaxChildren}, if the factory has reached its limit of children
     * @throws CallException if the factory is not there, or ended meanwhile
     */
    public Started<D> startChild(A argument) {
        return outcomes().started(tryStartChild(argument));
    }

    /**
     * {@link #startChild(Object)} within a time limit. When it is over, or the wait is interrupted,
     * there is no child: if the factory has not come to the request, it starts nothing; if the
     * child is being started, that goes on, and the child is stopped as soon as its initialiser has
     * finished. A report says so, with {@link SupervisorReport.Context#START_ERROR}.
     *
     * @param limit longest time to wait; bound the initialiser itself with {@link
     *     dev.otp4j.actor.ActorBuilder#initTimeout}
     * @throws CallException.TimedOut if the time is over
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public Started<D> startChild(A argument, Duration limit) {
        return outcomes().started(tryStartChild(argument, limit));
    }

    /** {@link #startChild(Object)} with a child's failure as a value. */
    public StartResult<D> tryStartChild(A argument) {
        return start(argument, new StartCaller(null));
    }

    /**
     * {@link #startChild(Object, Duration)} with a child's failure as a value.
     *
     * @throws CallException.TimedOut if the time is over
     */
    public StartResult<D> tryStartChild(A argument, Duration limit) {
        return start(
                argument,
                new StartCaller(Objects.requireNonNull(limit, "'limit' must not be null")));
    }

    private StartResult<D> start(A argument, StartCaller caller) {
        Objects.requireNonNull(argument, "'argument' must not be null");
        return caller.ask(
                subject,
                (Subject<StartResult<D>> reply) ->
                        new FactoryRequest.Start<>(argument, caller, reply));
    }

    /**
     * Stops a child and waits until it is dead. It is not started again.
     *
     * @throws ChildException.NotFound if no such child is running: {@code pid} is not one of this
     *     factory's children, or has ended already
     * @throws CallException if the factory is not there, or ended meanwhile
     */
    public void terminateChild(Pid pid) {
        TerminateChildResult result = tryTerminateChild(pid);
        outcomes().terminated(pid.toString(), result);
    }

    /** {@link #terminateChild} with the outcome as a value. */
    public TerminateChildResult tryTerminateChild(Pid pid) {
        Objects.requireNonNull(pid, "'pid' must not be null");
        return subject.callForever(
                (Subject<TerminateChildResult> reply) ->
                        new FactoryRequest.Terminate<>(pid, reply));
    }

    private Outcomes outcomes() {
        return new Outcomes(this);
    }

    /**
     * {@return the children now, in no order} Does not ask the factory, which may be busy. Copies
     * all of them: of a large factory rather take {@link #children(int)} or {@link #childStream}.
     *
     * @throws dev.otp4j.process.NotRegisteredException if the factory is not there
     */
    public List<ChildInfo> children() {
        return childStream().toList();
    }

    /**
     * {@return some of the children now, in no order} Does not ask the factory, and looks at no
     * more children than it returns.
     *
     * @param limit how many at the most
     * @throws IllegalArgumentException if {@code limit} is negative
     * @throws dev.otp4j.process.NotRegisteredException if the factory is not there
     */
    public List<ChildInfo> children(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("'limit' must not be negative: " + limit);
        }
        return childStream().limit(limit).toList();
    }

    /**
     * {@return the children, in no order, each as it is when the stream gets to it} Does not ask
     * the factory and copies nothing: what the stream does not reach costs nothing. A child that
     * starts or ends meanwhile may or may not be seen.
     *
     * @throws dev.otp4j.process.NotRegisteredException if the factory is not there
     */
    public Stream<ChildInfo> childStream() {
        SupervisorView view = view();
        return view == null ? Stream.empty() : view.books().map(Child::info);
    }

    /**
     * {@return how many children there are} Each counts as a specification, those being restarted
     * included. Does not ask the factory; looks at all children.
     *
     * @throws dev.otp4j.process.NotRegisteredException if the factory is not there
     */
    public ChildCounts countChildren() {
        SupervisorView view = view();
        return view == null ? new ChildCounts(0, 0, 0, 0) : view.counts();
    }

    /** What it shows. Null if it has no name and has ended: then it has no children. */
    private @Nullable SupervisorView view() {
        return ProcessInfo.viewOf(subject.owner()).orElse(null) instanceof SupervisorView view
                ? view
                : null;
    }

    @Override
    public String toString() {
        Object shown = subject.name().isPresent() ? subject.name().get() : subject.owner();
        return "FactorySupervisor[" + shown + "]";
    }

    /**
     * How a {@link FactorySupervisor} is started. Immutable: each method returns a new builder, and
     * one builder starts any number of factories.
     */
    public static final class Builder<A, D> {
        private final Template<A, D> template;
        private final Tolerance tolerance;
        private final ChildTerms terms;
        private final int maxChildren;
        private final @Nullable FactoryName<A, D> name;
        private final @Nullable ProcessRuntime runtime;

        private Builder(Template<A, D> template, ChildType type, Shutdown shutdown) {
            this(
                    Objects.requireNonNull(template, "'template' must not be null"),
                    new ChildTerms(type, Restart.TRANSIENT, shutdown),
                    Tolerance.DEFAULT,
                    Integer.MAX_VALUE,
                    null,
                    null);
        }

        private Builder(
                Template<A, D> template,
                ChildTerms terms,
                Tolerance tolerance,
                int maxChildren,
                @Nullable FactoryName<A, D> name,
                @Nullable ProcessRuntime runtime) {
            this.template = template;
            this.terms = terms;
            this.tolerance = tolerance;
            this.maxChildren = maxChildren;
            this.name = name;
            this.runtime = runtime;
        }

        private Builder<A, D> with(ChildTerms changed) {
            return new Builder<>(template, changed, tolerance, maxChildren, name, runtime);
        }

        /** Registers the factory under a name. */
        public Builder<A, D> named(FactoryName<A, D> newName) {
            Objects.requireNonNull(newName, "'name' must not be null");
            return new Builder<>(template, terms, tolerance, maxChildren, newName, runtime);
        }

        /** {@return the name given} */
        public Optional<FactoryName<A, D>> name() {
            return Optional.ofNullable(name);
        }

        /** When children are started again; defaults to {@link Restart#TRANSIENT}. */
        public Builder<A, D> restart(Restart when) {
            Objects.requireNonNull(when, "'when' must not be null");
            return with(terms.restart(when));
        }

        /** How many restarts of all children together are tolerated; defaults to 2 in 5 s. */
        public Builder<A, D> restartTolerance(int intensity, Duration period) {
            Tolerance tolerated = new Tolerance(intensity, period);
            return new Builder<>(template, terms, tolerated, maxChildren, name, runtime);
        }

        /** {@return how many restarts of all children together are tolerated} */
        public Tolerance restartTolerance() {
            return tolerance;
        }

        /**
         * How many children there may be at a time, including those being restarted; no limit by
         * default. At the limit, {@code startChild} fails with {@link StartError.MaxChildren}
         * without running the template.
         *
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder<A, D> maxChildren(int limit) {
            if (limit < 0) {
                throw new IllegalArgumentException("'limit' must not be negative: " + limit);
            }
            return new Builder<>(template, terms, tolerance, limit, name, runtime);
        }

        /**
         * How long a child may take to stop; when the factory stops, how long all children together
         * may take. Defaults to 5 s for workers.
         */
        public Builder<A, D> shutdown(Duration limit) {
            return shutdown(new Shutdown.After(limit));
        }

        /** How children are stopped. */
        public Builder<A, D> shutdown(Shutdown how) {
            Objects.requireNonNull(how, "'how' must not be null");
            return with(terms.shutdown(how));
        }

        /**
         * How long the factory waits before it starts a failed child again; by default it starts it
         * at once. Each child has its own delays; see {@link ChildSpecification#backoff(Backoff)}.
         */
        public Builder<A, D> backoff(Backoff delays) {
            return with(terms.backoff(Objects.requireNonNull(delays, "'delays' must not be null")));
        }

        /** {@return how long the factory waits before a restart; empty if it does not} */
        public Optional<Backoff> backoff() {
            return Optional.ofNullable(terms.backoff());
        }

        /**
         * How long the successor of a killed child waits for the code of the child to return;
         * defaults to zero. See {@link ChildSpecification#awaitThreadOnKill(Duration)}.
         *
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder<A, D> awaitThreadOnKill(Duration limit) {
            return with(terms.awaitThread(ChildSpecification.notNegative(limit)));
        }

        /**
         * The limit of which the children take permits, all together; for supervisors as children,
         * the actors of their subtrees. See {@link
         * ChildSpecification#concurrency(ConcurrencyLimit)}.
         */
        public Builder<A, D> concurrency(ConcurrencyLimit limit) {
            return with(
                    terms.concurrency(Objects.requireNonNull(limit, "'limit' must not be null")));
        }

        /** {@return the limit of which the children take permits; empty for the inherited one} */
        public Optional<ConcurrencyLimit> concurrency() {
            return Optional.ofNullable(terms.concurrency());
        }

        /** The runtime for a start from a thread that runs no process. */
        public Builder<A, D> runtime(ProcessRuntime newRuntime) {
            Objects.requireNonNull(newRuntime, "'runtime' must not be null");
            return new Builder<>(template, terms, tolerance, maxChildren, name, newRuntime);
        }

        /**
         * Starts the factory, without children.
         *
         * @throws StartException if its name is taken
         * @throws IllegalArgumentException if the longest delay of its children's {@link Backoff}
         *     does not fit its restart tolerance, or the children are temporary and have a back-off
         *     or wait for the thread of a killed one; nothing was started
         */
        public Started<FactorySupervisor<A, D>> start() {
            terms.check("the child template of " + described(), tolerance);
            var loop = new FactoryLoop<>(template, terms, tolerance, maxChildren);
            ProcessOptions options =
                    ProcessOptions.defaults()
                            .trapping(true)
                            .concurrencyBelow(null)
                            .named(name == null ? null : name.requests())
                            .runtime(runtime);
            return Children.started(Behavior.start(loop, options), pid -> loop.handle());
        }

        private String described() {
            return name == null ? "a factory" : "factory '" + name + "'";
        }

        /** {@link #start} with a failure as a value. */
        public StartResult<FactorySupervisor<A, D>> tryStart() {
            return Outcomes.startOf(this::start);
        }

        /**
         * This factory as a child of a supervisor: permanent, with all the time it needs to stop.
         */
        public ChildSpecification<FactorySupervisor<A, D>> supervised(String id) {
            return ChildSpecification.supervisor(id, this::start);
        }
    }
}

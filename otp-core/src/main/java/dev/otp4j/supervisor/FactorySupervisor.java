/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartError;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor that starts children of one kind on request, each with an argument of its own. This
 * is the handle of a running one, from any thread.
 *
 * {@snippet :
 * Name<FactorySupervisor.Message<User, Subject<Session.Message>>> sessions = Name.create("sessions");
 * StaticSupervisor.oneForOne()
 *         .add(FactorySupervisor.workerChild((User user) -> Session.start(user)).named(sessions).supervised("sessions"))
 *         .start();
 * Subject<Session.Message> session = FactorySupervisor.byName(sessions).startChild(user).data();
 * }
 *
 * <p>Children are transient unless said otherwise. One that is restarted gets its original argument
 * again; what its start yields then reaches nobody, so whoever wants to reach the successor sends
 * to a name. The tolerance is shared by all children: one restart too many ends the factory and all
 * of them.
 *
 * <p>Counterpart: {@code gleam/otp/factory_supervisor}, {@code simple_one_for_one}, {@code
 * DynamicSupervisor}.
 *
 * @param <A> the argument of a child
 * @param <D> what starting a child yields
 * @since 0.1.0
 */
public final class FactorySupervisor<A, D> {

    /** What a factory understands. Only its handle sends it. */
    public sealed interface Message<A, D> permits FactoryRequest {}

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

    private final Subject<Message<A, D>> subject;

    FactorySupervisor(Subject<Message<A, D>> subject) {
        this.subject = subject;
    }

    /** {@return the factory that holds the name at each use; it follows a restart} */
    public static <A, D> FactorySupervisor<A, D> byName(Name<Message<A, D>> name) {
        return new FactorySupervisor<>(name.subject());
    }

    /** {@return a builder of a factory whose children do work} */
    public static <A, D> Builder<A, D> workerChild(Template<A, D> template) {
        return new Builder<>(
                template,
                ChildType.WORKER,
                new Shutdown.After(ChildSpecification.DEFAULT_SHUTDOWN));
    }

    /** {@return a builder of a factory whose children supervise} */
    public static <A, D> Builder<A, D> supervisorChild(Template<A, D> template) {
        return new Builder<>(template, ChildType.SUPERVISOR, new Shutdown.Infinity());
    }

    /**
     * Starts a child and waits until it is initialised, however long its start function takes.
     *
     * @throws StartException if the child could not be started, and nothing of it is left; or, with
     *     {@link StartError.MaxChildren}, if there are as many as there may be
     * @throws CallException if the factory is not there, or ended meanwhile
     */
    public Started<D> startChild(A argument) {
        return tryStartChild(argument).orThrow();
    }

    /** {@link #startChild} with a child's failure as a value. */
    public StartResult<D> tryStartChild(A argument) {
        Objects.requireNonNull(argument, "'argument' must not be null");
        return subject.callForever(
                (Subject<StartResult<D>> reply) -> new FactoryRequest.Start<>(argument, reply));
    }

    /**
     * Stops a child and waits until it is dead. It is not started again.
     *
     * @return false if no such child is running: {@code pid} is somebody else's, or gone already
     * @throws CallException if the factory is not there, or ended meanwhile
     */
    public boolean terminateChild(Pid pid) {
        Objects.requireNonNull(pid, "'pid' must not be null");
        return subject.callForever(
                (Subject<Boolean> reply) -> new FactoryRequest.Terminate<>(pid, reply));
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

    /** What it shows; null if it has no name and has ended: then it has no children. */
    private @Nullable SupervisorView view() {
        return ProcessInfo.viewOf(subject.owner()) instanceof SupervisorView view ? view : null;
    }

    @Override
    public String toString() {
        return "FactorySupervisor[" + subject + "]";
    }

    /** Builds a {@link FactorySupervisor}; can start any number of them. Not thread-safe. */
    public static final class Builder<A, D> {
        private final Template<A, D> template;
        private final ChildType type;
        private Shutdown shutdown;
        private Restart restart = Restart.TRANSIENT;
        private Tolerance tolerance = Tolerance.DEFAULT;
        private int maxChildren = Integer.MAX_VALUE;
        private @Nullable Name<Message<A, D>> name;
        private @Nullable ProcessRuntime runtime;

        private Builder(Template<A, D> template, ChildType type, Shutdown shutdown) {
            this.template = Objects.requireNonNull(template, "'template' must not be null");
            this.type = type;
            this.shutdown = shutdown;
        }

        /** Registers the factory under a name. */
        public Builder<A, D> named(Name<Message<A, D>> newName) {
            name = Objects.requireNonNull(newName, "'name' must not be null");
            return this;
        }

        /** {@return the name given, or null} */
        public @Nullable Name<Message<A, D>> name() {
            return name;
        }

        /** When children are started again; defaults to {@link Restart#TRANSIENT}. */
        public Builder<A, D> restart(Restart when) {
            restart = Objects.requireNonNull(when, "'when' must not be null");
            return this;
        }

        /** How many restarts of all children together are tolerated; defaults to 2 in 5 s. */
        public Builder<A, D> restartTolerance(int intensity, Duration period) {
            tolerance = new Tolerance(intensity, period);
            return this;
        }

        /**
         * How many children there may be at a time, those being restarted included; no limit by
         * default. One more is refused with {@link StartError.MaxChildren}, and the template is not
         * run for it.
         *
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder<A, D> maxChildren(int limit) {
            if (limit < 0) {
                throw new IllegalArgumentException("'limit' must not be negative: " + limit);
            }
            maxChildren = limit;
            return this;
        }

        /**
         * How long a child may take to stop; when the factory stops, all together. Defaults to 5 s
         * for workers.
         */
        public Builder<A, D> shutdown(Duration limit) {
            return shutdown(new Shutdown.After(limit));
        }

        /** How children are stopped. */
        public Builder<A, D> shutdown(Shutdown how) {
            shutdown = Objects.requireNonNull(how, "'how' must not be null");
            return this;
        }

        /** The runtime for a start from a thread that is no process. */
        public Builder<A, D> runtime(ProcessRuntime newRuntime) {
            runtime = Objects.requireNonNull(newRuntime, "'runtime' must not be null");
            return this;
        }

        /**
         * Starts the factory, without children.
         *
         * @throws StartException if its name is taken
         */
        public Started<FactorySupervisor<A, D>> start() {
            var loop = new FactoryLoop<>(template, type, restart, shutdown, tolerance, maxChildren);
            ProcessOptions options =
                    ProcessOptions.defaults().trapping(true).named(name).runtime(runtime);
            return Children.started(Behavior.start(loop, options), pid -> loop.handle());
        }

        /**
         * This factory as a child of a supervisor: permanent, with all the time it needs to stop.
         */
        public ChildSpecification<FactorySupervisor<A, D>> supervised(String id) {
            return ChildSpecification.supervisor(id, this::start);
        }
    }
}

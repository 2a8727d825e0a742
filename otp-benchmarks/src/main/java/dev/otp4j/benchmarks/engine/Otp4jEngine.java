/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.jfr.JfrEvents;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.Name;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine as its users run it: an {@link OtpSystem} with one factory; all actors are children of
 * the factory.
 */
public final class Otp4jEngine implements Engine {
    /** What is switched on in addition to the engine itself. */
    public enum Variant {
        /** Nothing. */
        PLAIN,
        /** What the starter has on by default: an observer, and events of Flight Recorder. */
        OBSERVED,
        /** Micrometer's meters are bound and read. */
        METERS,
        /** As {@link #METERS}, and the handling time of each message is measured. */
        TIMING,
        /**
         * As {@link #METERS}, and the handling time of one message in 61 is measured, as with
         * {@code otp.metrics.message-timing=sampled}.
         */
        SAMPLED,
        /**
         * As {@link #TIMING}, and the time of each message in the queue is measured, as with {@code
         * otp.metrics.queue-timing=true}.
         */
        QUEUE_TIMING,
        /** The system of a Spring application, where threads are cleaned between two actors. */
        SPRING,
        /** As {@link #SPRING}, with {@code otp.logging.mdc=all}. */
        MDC,
        /** The mailbox of each actor has a limit, which is never reached. */
        BOUNDED,
        /** The actors share a concurrency limit with more permits than there are busy actors. */
        LIMITED,
        /** Requests whose call is over are dropped. */
        EXPIRING,
        /** Each actor has a name that holds messages; for comparison with {@link #RETAINED}. */
        NAMED,
        /** As {@link #NAMED}, and the mailbox of each actor is retained. */
        RETAINED;

        /** The same actor, as this variant starts it. */
        <S, M, D> ActorBuilder<S, M, D> of(ActorBuilder<S, M, D> actor) {
            return switch (this) {
                case BOUNDED -> actor.mailbox(MailboxLimit.blocking(1_000_000, LONG));
                case LIMITED -> actor.concurrency(PERMITS);
                case EXPIRING -> actor.dropExpiredCalls(true);
                case NAMED -> actor.named(holding());
                case RETAINED -> actor.named(holding()).retained(MailboxRetention.dropping());
                default -> actor;
            };
        }

        private static <M> Name<M> holding() {
            return Name.create("actor", Vacancy.holding(1_000));
        }
    }

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final ConcurrencyLimit PERMITS = ConcurrencyLimit.of("benchmark", 10_000);

    private static final Set<Variant> METERED =
            EnumSet.of(Variant.METERS, Variant.TIMING, Variant.SAMPLED, Variant.QUEUE_TIMING);

    /** One message in this many is measured with {@code otp.metrics.message-timing=sampled}. */
    private static final int SAMPLED_ONE_IN = 61;

    /**
     * The definition of an actor. The factory keeps the definitions of its children, so actors of
     * one kind share a definition where they can.
     */
    record Definition<S, M>(S first, Handling<S, M> handler, Variant variant)
            implements Actor<S, M> {
        Definition(S first, Handling<S, M> handler) {
            this(first, handler, Variant.PLAIN);
        }

        @Override
        public S init(Subject<M> self) {
            return first;
        }

        @Override
        public Next<S, M> onMessage(S state, M message) throws InterruptedException {
            @Nullable S next = handler.handle(state, message);
            return next == null ? Next.stop() : Next.continueWith(next);
        }

        Started<Subject<?>> start() {
            Started<Subject<M>> started = variant.of(Actor.of(() -> this)).start();
            return new Started<>(started.pid(), started.data());
        }
    }

    private record SubjectAddress<M>(Subject<M> subject) implements Address<M> {
        @Override
        public void send(M message) {
            subject.send(message);
        }

        @Override
        public Object unwrapped() {
            return subject;
        }
    }

    private final FactoryName<Definition<?, ?>, Subject<?>> actors = FactoryName.create("actors");
    private final FactorySupervisor<Definition<?, ?>, Subject<?>> factory =
            FactorySupervisor.byName(actors);
    private final Variant variant;
    private final @Nullable Meters meters;
    private final @Nullable SpringApplication application;
    private final OtpSystem system;

    /** Creates the engine and starts its system. */
    public Otp4jEngine(Variant variant) {
        this.variant = variant;
        meters = METERED.contains(variant) ? new Meters() : null;
        application =
                switch (variant) {
                    case SPRING -> new SpringApplication(actors, "library");
                    case MDC -> new SpringApplication(actors, "all");
                    default -> null;
                };
        system = application == null ? build(variant) : application.system();
        if (meters != null) meters.measure(system);
        system.start();
    }

    private OtpSystem build(Variant variant) {
        OtpSystem.Builder builder = OtpSystem.builder("benchmarks").root(this::root);
        if (variant == Variant.OBSERVED) {
            builder.listener(new Observer()).listener(new JfrEvents());
        }
        if (meters != null) {
            builder.listener(meters.listener());
            HandlerTiming times = meters.processing();
            if (variant == Variant.TIMING) {
                builder.runtime(runtime -> runtime.timing(1, times));
            }
            if (variant == Variant.QUEUE_TIMING) {
                builder.runtime(runtime -> runtime.timing(1, times).queueTiming());
            }
            if (variant == Variant.SAMPLED) {
                builder.runtime(runtime -> runtime.timing(SAMPLED_ONE_IN, times));
            }
        }
        return builder.build();
    }

    private StaticSupervisor.Builder root() {
        return StaticSupervisor.oneForOne().add(factory(actors).supervised("actors"));
    }

    static FactorySupervisor.Builder<Definition<?, ?>, Subject<?>> factory(
            FactoryName<Definition<?, ?>, Subject<?>> name) {
        return FactorySupervisor.<Definition<?, ?>, Subject<?>>workerChild(Definition::start)
                .named(name)
                .restart(Restart.TEMPORARY);
    }

    /** {@return the meters, or null if this variant has none} */
    @Nullable Meters meters() {
        return meters;
    }

    /** {@return the system in which the actors run} */
    public OtpSystem system() {
        return system;
    }

    @Override
    public <S, M> Address<M> start(S state, Handling<S, M> handler) {
        return start(new Definition<>(state, handler, variant));
    }

    @SuppressWarnings("unchecked") // the definition determines the subject's message type
    private <M> Address<M> start(Definition<?, M> definition) {
        return new SubjectAddress<>((Subject<M>) factory.startChild(definition).data());
    }

    @Override
    public <S, M> List<Address<M>> startAll(
            int count, S state, IntFunction<Handling<S, M>> handlers) {
        return virtually(() -> Engine.super.startAll(count, state, handlers));
    }

    @Override
    public <M, R> R call(Address<M> callee, Function<Address<R>, M> request) {
        Subject<M> subject = ((SubjectAddress<M>) callee).subject();
        return subject.call((Subject<R> reply) -> request.apply(new SubjectAddress<>(reply)));
    }

    @Override
    public void startAndStop(int count) {
        asProcess(() -> Lifecycles.startAndStop(count));
    }

    @Override
    public long[] restarts(int supervisors, int restarts) {
        return asProcess(() -> Lifecycles.restarts(supervisors, restarts));
    }

    @Override
    public Supervision supervision(int children) {
        var added = new ArrayList<ChildSpecification<?>>();
        Handling<Integer, Boolean> handler = (state, message) -> state;
        for (int i = 0; i < children; i++) {
            var child = new Definition<>(0, handler);
            added.add(
                    ChildSpecification.worker("child" + i, child::start)
                            .restart(Restart.TEMPORARY));
        }
        StaticSupervisor.Builder supervisor = StaticSupervisor.oneForOne().addAll(added);
        return new Tree(OtpSystem.builder("supervision").root(() -> supervisor).build());
    }

    private record Tree(OtpSystem system) implements Supervision {
        @Override
        public void start() {
            system.start();
        }

        @Override
        public void stop() {
            system.close();
        }
    }

    /**
     * Runs a block in a process, because in Erlang too it is a process that starts, links and
     * monitors others.
     */
    private <T extends @Nullable Object> T asProcess(Supplier<T> block) {
        return virtually(() -> Processes.run(system.runtime(), block));
    }

    private static <T extends @Nullable Object> T virtually(Supplier<T> block) {
        return CompletableFuture.supplyAsync(block, Thread::startVirtualThread).join();
    }

    @Override
    public void close() {
        if (meters != null) meters.close();
        system.stop(Duration.ofSeconds(60));
        system.close();
        if (application != null) application.close();
    }
}

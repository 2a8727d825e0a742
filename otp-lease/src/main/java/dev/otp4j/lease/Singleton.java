/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Startup;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.Tolerance;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * A child of a supervision tree that runs on one instance of an application at a time: an actor, a
 * supervisor with all that is below it, or a factory. Immutable: each method returns a new one.
 *
 * {@snippet :
 * Singleton invoicing = Singleton.of(
 *         keeper, "invoicing", tenure -> ChildSpecification.worker("invoicer", () -> start(tenure)));
 * StaticSupervisor.oneForOne().add(invoicing.supervised()).start();
 * }
 *
 * <p>Each instance has the same tree. A small process stands at the singleton's place, and waits
 * for the lease; it is started at once, so the start of the application does not wait. The instance
 * that gets the lease starts the child below that process, under a supervisor of its own:
 *
 * <ul>
 *   <li>A lease that is lost, or never won, is no failure: the child is killed, the place waits
 *       again. No restart is counted, and no sibling notices.
 *   <li>A child that fails is restarted on the same instance, within the singleton's own
 *       {@linkplain #restartTolerance tolerance}. Then, and if it cannot be started, the lease is
 *       given back, and all instances leave it alone for a while; see {@link
 *       LeaseKeeper.Builder#pauseAfterGivingUp}.
 *   <li>When the place is stopped, it stops the child in order and gives the lease back: another
 *       instance takes over as soon as it looks.
 * </ul>
 *
 * <p>What the child writes to places that other instances reach has to carry the token of its
 * {@link Tenure}. A process that the child starts without a link to itself is not ended with it.
 *
 * @since 0.1.0
 */
public final class Singleton {
    private final LeaseKeeper keeper;
    private final String lease;
    private final Function<? super Tenure, ? extends ChildSpecification<?>> child;
    private final Tolerance tolerance;
    private final Map<Name<?>, Vacancy> names;

    private Singleton(
            LeaseKeeper keeper,
            String lease,
            Function<? super Tenure, ? extends ChildSpecification<?>> child,
            Tolerance tolerance,
            Map<Name<?>, Vacancy> names) {
        this.keeper = keeper;
        this.lease = lease;
        this.child = child;
        this.tolerance = tolerance;
        this.names = names;
    }

    /**
     * A singleton with the default restart tolerance, 2 restarts in 5 s.
     *
     * @param lease the name of its lease, the same on each instance; at most 200 characters, not
     *     blank, without {@code /}
     * @param child makes the specification of the child, at the begin of each tenure, in the
     *     process of the place; the same tenure goes on when the child is restarted. A child with a
     *     name should have one that is made before, and given to {@link #named}
     * @throws IllegalArgumentException if {@code lease} is too long
     */
    public static Singleton of(
            LeaseKeeper keeper,
            String lease,
            Function<? super Tenure, ? extends ChildSpecification<?>> child) {
        Objects.requireNonNull(keeper, "'keeper' must not be null");
        Objects.requireNonNull(child, "'child' must not be null");
        if (Objects.requireNonNull(lease, "'lease' must not be null").length() > 200) {
            throw new IllegalArgumentException(
                    "'lease' must have at most 200 characters: \"%s\"".formatted(lease));
        }
        return new Singleton(keeper, lease, child, Tolerance.DEFAULT, Map.of());
    }

    /**
     * How many restarts of the child within a time are tolerated before this instance gives up.
     *
     * @throws IllegalArgumentException if {@code intensity} is negative or {@code period} not
     *     positive
     */
    public Singleton restartTolerance(int intensity, Duration period) {
        return new Singleton(keeper, lease, child, new Tolerance(intensity, period), names);
    }

    /**
     * The name of a process of this singleton: while the singleton does not run here, sends and
     * calls to the name fail with a text that says where it runs. While it runs here and the name
     * has no process, because that is being restarted, they fail as well.
     */
    public Singleton named(Name<?> name) {
        return named(name, Vacancy.failing());
    }

    /**
     * {@link #named(Name)}, with something else for the time in which the singleton runs here and
     * the name has no process, such as {@code Vacancy.holding(1_000)}. What is held is dropped and
     * counted when this instance loses the lease.
     *
     * @throws IllegalArgumentException if {@code whileHere} varies
     */
    public Singleton named(Name<?> name, Vacancy whileHere) {
        return vacating(name, keeper.vacancy(lease, whileHere));
    }

    /**
     * {@link #named(Name)} with everything that the name does while it has no process, for an owner
     * of names that has states of its own. It should ask {@link LeaseKeeper#vacancy}. What the name
     * holds is dropped and counted when this instance loses the lease.
     */
    public Singleton vacating(Name<?> name, Vacancy vacancy) {
        Objects.requireNonNull(name, "'name' must not be null");
        Objects.requireNonNull(vacancy, "'vacancy' must not be null");
        name.whileVacant(vacancy);
        var more = new LinkedHashMap<Name<?>, Vacancy>(names);
        more.put(name, vacancy);
        return new Singleton(keeper, lease, child, tolerance, Map.copyOf(more));
    }

    /**
     * This singleton as a child, with the name of its lease as the id: permanent, with all the time
     * it needs to stop. Starting it yields the process at its place; it fails if another singleton
     * with the same lease runs in this instance, or the keeper is closed.
     *
     * @throws IllegalArgumentException if the name of the lease is blank or contains {@code /}
     */
    public ChildSpecification<Pid> supervised() {
        return supervised(lease);
    }

    /** {@link #supervised()} with another id. */
    public ChildSpecification<Pid> supervised(String id) {
        return ChildSpecification.supervisor(id, this::start);
    }

    private Started<Pid> start() {
        ProcessOptions options = ProcessOptions.defaults().trapping(true).initTimeout(null);
        return switch (Behavior.start(new SingletonPlace(this), options)) {
            case Startup.Running running -> new Started<>(running.pid(), running.pid());
            case Startup.NotStarted(var error) -> throw new StartException(error);
        };
    }

    // ---- for the place

    LeaseKeeper keeper() {
        return keeper;
    }

    String lease() {
        return lease;
    }

    Tolerance tolerance() {
        return tolerance;
    }

    Map<Name<?>, Vacancy> names() {
        return names;
    }

    /** The supervisor of the child in a tenure. */
    StaticSupervisor.Builder supervisor(Tenure tenure) {
        ChildSpecification<?> specification =
                Objects.requireNonNull(child.apply(tenure), "'child' must not return null");
        return StaticSupervisor.oneForOne()
                .restartTolerance(tolerance.intensity(), tolerance.period())
                .add(guarded(specification, tenure));
    }

    /** Before each start, the supervisor says that it is the root of what the tenure runs. */
    private <D> ChildSpecification<D> guarded(ChildSpecification<D> specification, Tenure tenure) {
        Lease kept = keeper.of(lease);
        return specification.aroundStart(
                start ->
                        () -> {
                            kept.enter(tenure.token(), Processes.self());
                            return start.start();
                        });
    }
}

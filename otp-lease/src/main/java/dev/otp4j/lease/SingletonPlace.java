/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.process.Behavior;
import dev.otp4j.process.Down;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.InitFailedException;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildInfo;
import dev.otp4j.supervisor.Offender;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.Strategy;
import dev.otp4j.supervisor.SupervisorInfo;
import dev.otp4j.supervisor.Tolerance;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process that stands at a singleton's place in its tree, on each instance. While this instance
 * has the lease it has one child, a supervisor of its own with the singleton below. It traps exits:
 * neither the loss of the lease nor a singleton that gives up is a failure of this process.
 *
 * <pre>
 * tenure, running     written by the place's process, read by any thread (volatile)
 * </pre>
 */
final class SingletonPlace extends Behavior<SingletonPlace.Event> implements SupervisorInfo {
    /** What the place receives. */
    sealed interface Event {
        /** The lease was won. */
        record Granted(Tenure tenure) implements Event {}

        /** A tenure is over, and everything that ran because of it is dead. */
        record Ended(long token) implements Event {}

        /** A process that is linked to the place has ended. */
        record Exited(Pid pid, ExitReason reason) implements Event {}
    }

    /** The only child, if there is one. */
    private record Running(Pid pid, StaticSupervisor supervisor) {}

    /** The id of the supervisor that the place starts. */
    static final String CHILD = "tenure";

    private static final System.Logger LOG = System.getLogger("dev.otp4j.lease");

    private final Singleton singleton;
    private final Lease lease;
    private Lease.@Nullable Place place;
    private volatile @Nullable Tenure tenure;
    private volatile @Nullable Running running;

    SingletonPlace(Singleton singleton) {
        this.singleton = singleton;
        this.lease = singleton.keeper().of(singleton.lease());
    }

    // ---- the process

    @Override
    protected Object init() throws InitFailedException {
        select(
                Selector.<Event>create()
                        .select(self())
                        .selectTrappedExits(exit -> new Event.Exited(exit.pid(), exit.reason())));
        var own = new Lease.Place(Processes.self(), self());
        try {
            singleton.keeper().begin();
            lease.occupy(own);
        } catch (IllegalStateException refused) {
            throw new InitFailedException(String.valueOf(refused.getMessage()));
        }
        place = own;
        vacate();
        var unused =
                ProcessRuntime.current()
                        .whenEnded(own.pid(), Runnable::run)
                        .thenRun(singleton.keeper()::wake);
        return own.pid();
    }

    @Override
    protected void handle(Event event) throws Exception {
        switch (event) {
            case Event.Granted(Tenure granted) -> begin(granted);
            case Event.Ended(long token) -> ended(token);
            case Event.Exited(Pid pid, ExitReason reason) -> exited(pid, reason);
        }
    }

    private void begin(Tenure granted) {
        if (!granted.isValid()) return; // Ended comes, or has come
        tenure = granted;
        try {
            StaticSupervisor.Builder supervisor = singleton.supervisor(granted);
            var started = placingChildren(CHILD, true, null, supervisor::start);
            supervises(started.pid());
            running = new Running(started.pid(), started.data());
        } catch (Exception failed) {
            if (!granted.isValid()) return; // it was killed
            report(() -> LOG.log(Level.ERROR, text("could not be started"), failed));
            giveUp(granted, "its singleton could not be started: " + failed.getMessage());
        }
    }

    private String text(String what) {
        return "the singleton '%s' %s".formatted(singleton.lease(), what);
    }

    private void exited(Pid pid, ExitReason reason) {
        Running was = running;
        if (was == null || !was.pid().equals(pid)) return; // it was linked by other code
        running = null;
        Tenure of = tenure;
        if (of == null || !of.isValid()) return; // it was killed
        String why =
                was.supervisor()
                        .info()
                        .offender()
                        .map(Offender::toString)
                        .orElse("reason=" + reason);
        giveUp(of, "its singleton failed more often than its restart tolerance allows: " + why);
    }

    private void giveUp(Tenure of, String why) {
        tenure = null;
        lease.giveUp(of.token(), why);
        vacate();
    }

    private void ended(long token) {
        Tenure of = tenure;
        if (of == null || of.token() != token) return;
        tenure = null;
        running = null;
        vacate();
    }

    /** What the singleton's names hold is dropped; from now on they say where it runs. */
    private void vacate() {
        String why = singleton.keeper().elsewhere(lease.info());
        singleton
                .names()
                .forEach(
                        (Name<?> name, Vacancy vacancy) -> {
                            name.abandon(why);
                            name.whileVacant(vacancy);
                        });
    }

    /** Stops what runs, in order and for as long as that takes, and then lets go of the lease. */
    @Override
    protected void terminate(ExitReason reason) {
        Running now = running;
        if (now != null) stop(now.pid());
        if (place != null) lease.withdraw(place);
    }

    private static void stop(Pid pid) {
        Monitor monitor = Processes.monitor(pid);
        Processes.exit(pid, ExitReason.SHUTDOWN);
        Selector.<Down>create().selectMonitor(monitor, down -> down).receiveForever();
    }

    /** The tenure that lasts, or lasted until a moment ago. */
    Optional<Tenure> tenure() {
        return Optional.ofNullable(tenure);
    }

    // ---- read by tools

    @Override
    protected Object view() {
        return this;
    }

    /** What the place is doing, in words. */
    @Override
    protected Object snapshot() {
        return lease.info().text();
    }

    @Override
    public Optional<Strategy> strategy() {
        return Optional.of(Strategy.ONE_FOR_ONE);
    }

    @Override
    public Tolerance tolerance() {
        return singleton.tolerance();
    }

    @Override
    public int toleranceUsed() {
        Running now = running;
        return now == null ? 0 : now.supervisor().info().toleranceUsed();
    }

    @Override
    public String definition() {
        return singleton.lease();
    }

    @Override
    public Optional<Offender> offender() {
        return Optional.empty();
    }

    @Override
    public int childCount() {
        return running == null ? 0 : 1;
    }

    @Override
    public Stream<ChildInfo> children() {
        Running now = running;
        return now == null ? Stream.empty() : Stream.of(new TenureChild(now.pid()));
    }
}

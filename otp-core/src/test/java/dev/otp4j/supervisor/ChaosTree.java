/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.SupervisorReport.Context;
import dev.otp4j.testkit.Actors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Ten supervisors of a hundred named actors each. Every actor has a timer, and a link to and a
 * monitor of one process beside the tree, the hub.
 */
final class ChaosTree implements SupervisorListener, AutoCloseable {
    static final int BRANCHES = 10;
    static final int LEAVES = 100;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What an actor of the tree is sent. */
    sealed interface Message {
        /** Ends it. */
        record Die(Throwable thrown) implements Message {}

        record Stop(ExitReason reason) implements Message {}

        record Ping(Subject<Integer> replyTo) implements Message {}

        record Tick() implements Message {}
    }

    private final OtpSystem system;
    private final List<Name<Message>> names = new ArrayList<>();
    private final AtomicIntegerArray ups = new AtomicIntegerArray(BRANCHES * LEAVES);
    private final AtomicReferenceArray<Pid> pids = new AtomicReferenceArray<>(BRANCHES * LEAVES);
    private final AtomicIntegerArray toFail = new AtomicIntegerArray(BRANCHES * LEAVES);
    private final Map<Context, LongAdder> reports = new EnumMap<>(Context.class);
    private final Pid hub;
    private volatile boolean loading = true;

    ChaosTree() {
        for (Context context : Context.values()) reports.put(context, new LongAdder());
        for (int leaf = 0; leaf < leaves(); leaf++) {
            names.add(Name.<Message>create("leaf-" + leaf, Vacancy.holding(1_000)));
        }
        system = OtpSystem.builder("chaos").root(this::root).listener(this).build();
        hub = Actors.<Object>idle().trapExits(true).runtime(system.runtime()).start().pid();
    }

    private StaticSupervisor.Builder root() {
        StaticSupervisor.Builder root = tolerant();
        for (int branch = 0; branch < BRANCHES; branch++) root = root.add(branch(branch));
        return root;
    }

    private ChildSpecification<StaticSupervisor> branch(int branch) {
        StaticSupervisor.Builder supervisor = tolerant();
        for (int i = 0; i < LEAVES; i++) {
            int leaf = branch * LEAVES + i;
            supervisor =
                    supervisor.add(
                            ChildSpecification.worker(Integer.toString(leaf), () -> start(leaf)));
        }
        return supervisor.supervised("chaos-" + branch);
    }

    private static StaticSupervisor.Builder tolerant() {
        return StaticSupervisor.oneForOne().restartTolerance(10_000_000, HOUR);
    }

    private Started<Subject<Message>> start(int leaf) {
        return Actor.<Integer, Message, Subject<Message>>withInitializer(
                        PATIENCE,
                        init -> {
                            if (toFail.getAndUpdate(leaf, n -> Math.max(0, n - 1)) > 0) {
                                throw new IllegalStateException("not yet");
                            }
                            Processes.link(hub);
                            Processes.monitor(hub);
                            Subject.<Message>create().sendAfter(HOUR, new Message.Tick());
                            return init.state(0);
                        })
                .onMessage(ChaosTree::handle)
                .named(names.get(leaf))
                .start();
    }

    private static Next<Integer, Message> handle(Integer handled, Message message) {
        return switch (message) {
            case Message.Die(Throwable thrown) -> throw ChaosTree.<RuntimeException>sneaky(thrown);
            case Message.Stop(ExitReason reason) -> Next.stop(reason);
            case Message.Ping(Subject<Integer> replyTo) -> {
                replyTo.send(handled);
                yield Next.continueWith(handled + 1);
            }
            case Message.Tick tick -> Next.continueWith(handled + 1);
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }

    // ---- what happens

    /** Told before the supervisor goes on: its book is written. */
    @Override
    public void counted(SupervisorReport report) {
        reports.get(report.context()).increment();
        boolean up = report.context() == Context.STARTED || report.context() == Context.RESTARTED;
        if (!up || report.type() == ChildType.SUPERVISOR) return;
        int leaf = Integer.parseInt(report.child());
        pids.set(leaf, report.pid());
        ups.incrementAndGet(leaf);
    }

    void start() {
        system.start();
    }

    OtpSystem system() {
        return system;
    }

    /** How often it was started. */
    int ups(int leaf) {
        return ups.get(leaf);
    }

    Pid pid(int leaf) {
        return pids.get(leaf);
    }

    Pid branchPid(int branch) {
        return system.find("/chaos-" + branch, 0, 0).orElseThrow().pid();
    }

    Subject<Message> subject(int leaf) {
        return names.get(leaf).subject();
    }

    List<Name<Message>> names() {
        return names;
    }

    /** Its initialiser fails so often, and then does not. */
    void failNextStarts(int leaf, int times) {
        toFail.set(leaf, times);
    }

    Pid hub() {
        return hub;
    }

    int leaves() {
        return BRANCHES * LEAVES;
    }

    /** Leaves and supervisors below the root. */
    int size() {
        return leaves() + BRANCHES;
    }

    int timers() {
        return system.runtime().timerCount();
    }

    long reported(Context context) {
        return reports.get(context).sum();
    }

    boolean isLoading() {
        return loading;
    }

    void endLoad() {
        loading = false;
    }

    void await(String what, BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            LockSupport.parkNanos(100_000);
        }
    }

    @Override
    public void close() {
        loading = false;
        Processes.kill(hub);
        system.close();
    }
}

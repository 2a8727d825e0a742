/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the current process can do, and what any thread can do to a process.
 *
 * {@snippet :
 * Processes.run(() -> {
 *     Pid worker = Processes.spawn(() -> work());
 *     Monitor monitor = Processes.monitor(worker);
 *     return Selector.<Down>create().selectMonitor(monitor, down -> down).receiveForever();
 * });
 * }
 *
 * <p>Methods that need a current process throw an {@link IllegalStateException} on a thread that
 * runs none. In a process that has ended, every method throws {@link ProcessExit} and has no
 * effect.
 *
 * <p>Counterpart: {@code gleam/erlang/process}.
 *
 * @since 0.1.0
 */
public final class Processes {
    private Processes() {}

    /**
     * {@return the current process}
     *
     * @throws IllegalStateException if the current thread runs no process
     */
    public static Pid self() {
        return Current.processOrThrow("return the current process");
    }

    /** {@return the current process, or null if the current thread runs none} */
    public static @Nullable Pid selfOrNull() {
        return Current.process();
    }

    /**
     * Starts a process that runs {@code body} on a virtual thread of its own, linked to the current
     * process if there is one. Returns at once. The process ends when the body returns ({@code
     * normal}) or throws.
     */
    public static Pid spawn(Runnable body) {
        return Starter.spawn(Arguments.notNull("body", body), true);
    }

    /** {@link #spawn} without a link. */
    public static Pid spawnUnlinked(Runnable body) {
        return Starter.spawn(Arguments.notNull("body", body), false);
    }

    /**
     * Runs a block as a process on the calling thread and returns its result. When it is over the
     * process has ended and nothing of it is left; its links are told {@code normal}, or what the
     * block threw.
     *
     * @throws IllegalStateException if the current thread runs a process already
     * @throws ProcessExit if an exit signal ended the process
     */
    public static <T extends @Nullable Object> T run(Supplier<T> block) {
        Arguments.notNull("block", block);
        return CallerThread.run(ProcessRuntime.defaultRuntime(), block);
    }

    /** {@link #run(Supplier)} in a runtime. */
    public static <T extends @Nullable Object> T run(ProcessRuntime runtime, Supplier<T> block) {
        Arguments.notNull("block", block);
        return CallerThread.run(Arguments.notNull("runtime", runtime), block);
    }

    /**
     * Links the current process to another: when one ends, the other gets its exit signal. Does
     * nothing if they are linked already, or {@code pid} is the current process.
     *
     * <p>If {@code pid} is dead and this process traps exits, it gets an exit message with {@link
     * ExitReason#NO_PROCESS} instead.
     *
     * <p>Counterpart: {@code link/1}.
     *
     * @throws NoProcessException if {@code pid} is dead and this process does not trap exits
     * @throws IllegalStateException if the current thread runs no process
     * @throws IllegalArgumentException if {@code pid} is a process of another runtime
     * @throws ProcessExit if the current process has ended
     */
    public static void link(Pid pid) {
        if (tryLink(pid)) return;
        throw new NoProcessException(
                "cannot link %s to %s: it has ended".formatted(self(), pid), pid);
    }

    /**
     * {@link #link} with the outcome as a value.
     *
     * @return false if {@code pid} is dead and this process does not trap exits
     */
    public static boolean tryLink(Pid pid) {
        ProcessCell self = Current.processOrThrow("link");
        ProcessCell other = local(pid, "link to");
        if (self == other) {
            self.checkAlive();
            return true;
        }
        if (other.runtime != self.runtime) {
            throw new IllegalArgumentException(
                    "cannot link %s to %s: it is on node %s".formatted(self, other, other.node()));
        }
        ProcessCell dead = Links.connect(self, other);
        if (dead == null) return true;
        self.checkAlive();
        other.awaitCall(); // its last message comes before the news of its death
        if (!self.trapExits) return false;
        self.deliver(new Signal.Exit(new ExitMessage(other, ExitReason.NO_PROCESS)));
        return true;
    }

    /**
     * Removes the link to {@code pid}, if there is one. Its death has no effect on this process
     * from now on.
     */
    public static void unlink(Pid pid) {
        ProcessCell self = Current.processOrThrow("unlink");
        self.checkAlive();
        ProcessCell other = local(pid, "unlink from");
        if (self != other) Links.disconnect(self, other);
    }

    /**
     * Watches a process: when it ends, one {@link Down} is sent; at once if it has ended already.
     */
    public static Monitor monitor(Pid pid) {
        ProcessCell self = Current.processOrThrow("monitor");
        return self.monitor(ProcessPort.of(Arguments.notNull("pid", pid)));
    }

    /**
     * Removes a monitor and its {@link Down}, even if that is queued already.
     *
     * @throws IllegalStateException if the current process did not make the monitor
     */
    public static void demonitor(Monitor monitor) {
        ProcessCell self = Current.processOrThrow("demonitor");
        self.checkAlive();
        if (monitor.owner != self) {
            throw new IllegalStateException(
                    "cannot remove a monitor of " + monitor.owner + "; current process is " + self);
        }
        self.demonitor(monitor);
    }

    /**
     * Sends an exit signal. It acts at once: a receiver that does not trap exits is dead when this
     * returns, unless the reason is {@link ExitReason#NORMAL}; one that traps them gets an {@link
     * ExitMessage}. {@link ExitReason#KILL} cannot be trapped. A dead receiver is ignored.
     *
     * <p>On a thread that runs no process, the sender is the runtime's own pid.
     *
     * <p>Counterpart: {@code exit/2}.
     */
    public static void exit(Pid pid, ExitReason reason) {
        ProcessPort target = ProcessPort.of(Arguments.notNull("pid", pid));
        Arguments.notNull("reason", reason);
        ProcessCell self = Current.process();
        target.debts().take(debtor -> signal(debtor, self, target, reason));
        if (self != null) self.checkAlive();
    }

    private static void signal(
            Debtor debtor, @Nullable ProcessCell self, ProcessPort target, ExitReason reason) {
        if (self == null) {
            target.signal(debtor, sender(target), reason);
            return;
        }
        self.countAct();
        self.enterCall();
        try {
            target.signal(debtor, self, reason);
        } finally {
            self.inCall = false;
        }
    }

    private static ProcessPort sender(ProcessPort target) {
        return target instanceof ProcessCell cell
                ? cell.runtime.port
                : ProcessRuntime.defaultRuntime().port;
    }

    /**
     * Ends the current process with that reason, by a {@link ProcessExit} that unwinds its code.
     *
     * <p>Counterpart: {@code exit/1}.
     */
    public static void exit(ExitReason reason) {
        ProcessCell self = Current.processOrThrow("exit");
        self.checkAlive();
        throw new ProcessExit(self, Arguments.notNull("reason", reason));
    }

    /**
     * {@link #exit(Pid, ExitReason)} with {@link ExitReason#KILL}: the process is dead when this
     * returns.
     */
    public static void kill(Pid pid) {
        exit(pid, ExitReason.KILL);
    }

    /**
     * Kills a process and all that was started below it, as far as it is linked to its parent:
     * children, their children, and those whose initialiser runs. All of them are dead when this
     * returns, also those that trap exits and have messages left; no supervisor is asked. Does
     * nothing if {@code root} is dead.
     *
     * {@snippet :
     * Processes.killTree(supervisor.pid());
     * }
     *
     * <p>After {@link #kill} a child that traps exits gets an exit signal instead, and ends when it
     * has handled what was queued before. Links to other processes act as they do after {@link
     * #kill}; one that dies of them takes its own children along. What is not reached: a process
     * that is not linked to the one that started it, and one whose parent was dead before. The code
     * of a killed process may run on for a while, as a {@link Zombie}.
     *
     * <p>Any thread may call this, also a platform thread while no virtual thread can run.
     */
    public static void killTree(Pid root) {
        ProcessPort target = ProcessPort.of(Arguments.notNull("root", root));
        ProcessCell self = Current.process();
        target.debts()
                .take(
                        debtor -> {
                            debtor.whole = true;
                            signal(debtor, self, target, ExitReason.KILL);
                        });
        if (self != null) self.checkAlive();
    }

    /** Whether exit signals, but kill, become messages of the current process; off at first. */
    public static void trapExits(boolean trap) {
        ProcessCell self = Current.processOrThrow("trap exits");
        self.checkAlive();
        self.trapExits = trap;
    }

    /** {@return whether the process lives} False at once after a kill. */
    public static boolean isAlive(Pid pid) {
        return ProcessPort.of(Arguments.notNull("pid", pid)).alive();
    }

    /**
     * Gives a process a name.
     *
     * <p>Counterpart: {@code register/2}.
     *
     * @throws RegistrationException if a live process has the name, or the process is dead or has a
     *     name
     * @throws ProcessExit if the calling process has ended
     */
    public static void register(Pid pid, Name<?> name) {
        switch (tryRegister(pid, name)) {
            case NamingResult.Registered done -> {}
            case NamingResult.AlreadyRegistered(Pid holder) ->
                    throw unregistered(pid, name, name + " is held by " + holder, holder);
            case NamingResult.HasName(Name<?> has) ->
                    throw unregistered(pid, name, "it has the name " + has, null);
            case NamingResult.Ended ended -> throw unregistered(pid, name, "it is dead", null);
        }
    }

    private static RegistrationException unregistered(
            Pid pid, Name<?> name, String why, @Nullable Pid holder) {
        return new RegistrationException(
                "cannot register %s as %s: %s".formatted(pid, name, why), holder);
    }

    /**
     * {@link #register} with the outcome as a value.
     *
     * @throws ProcessExit if the calling process has ended
     */
    public static NamingResult tryRegister(Pid pid, Name<?> name) {
        ProcessCell self = Current.process();
        ProcessCell cell = local(pid, "register");
        Arguments.notNull("name", name);
        for (int looks = 0; ; looks++) {
            Name.Registration done = register(self, cell, name);
            if (self != null) self.checkAlive();
            NamingResult result = result(done, cell, name);
            if (result != null) return result;
            if (name.isBeingLeft()) ProcessLife.pauseOnce(looks);
        }
    }

    /** Null if what was in the way has gone since. */
    private static @Nullable NamingResult result(
            Name.Registration done, ProcessCell cell, Name<?> name) {
        return switch (done) {
            case DONE -> new NamingResult.Registered();
            case DEAD -> new NamingResult.Ended();
            case TAKEN -> {
                Pid holder = name.resolve();
                yield holder == null ? null : new NamingResult.AlreadyRegistered(holder);
            }
            case HAS_NAME ->
                    cell.name() instanceof Name<?> has ? new NamingResult.HasName(has) : null;
        };
    }

    /**
     * Frees a name. The process goes on.
     *
     * @return whether a process held it
     */
    public static boolean unregister(Name<?> name) {
        ProcessCell self = Current.process();
        if (self == null) return name.unregister();
        self.countAct();
        self.enterCall();
        try {
            return name.unregister();
        } finally {
            self.inCall = false;
        }
    }

    private static Name.Registration register(
            @Nullable ProcessCell self, ProcessCell cell, Name<?> name) {
        if (self == null || self == cell)
            return name.register(cell, true); // the own death is seen in there
        Name.Registration claimed = Name.Registration.DONE;
        Debts debts = cell.debts();
        Debts.Entered debtor = debts.enter();
        try {
            self.countAct();
            self.enterCall();
            try {
                claimed = name.claim(cell);
                if (claimed == Name.Registration.DONE) name.admit(debtor, cell);
            } finally {
                self.inCall = false;
            }
            debtor.pay();
            debts.leave(debtor);
        } catch (Throwable thrown) {
            debtor.abandoned = true; // the sentry pays
            throw thrown;
        }
        return claimed;
    }

    /** {@return the live process that holds the name} */
    public static Optional<Pid> named(Name<?> name) {
        return name.pid();
    }

    /** Lets the current process wait. Messages that arrive stay queued. */
    public static void sleep(Duration duration) {
        Selector.create().receive(duration);
    }

    /** Drops everything that is queued for the current process, exits and downs included. */
    public static void flushMessages() {
        ProcessCell self = Current.processOrThrow("flush messages");
        self.checkAlive();
        self.inbox().flush(node -> {});
    }

    /**
     * Runs code as if the current thread ran no process: what it sends counts as sent from outside,
     * and what it starts has no parent process.
     */
    public static <T extends @Nullable Object> T outside(Supplier<T> code) {
        Arguments.notNull("code", code);
        var result = new ArrayList<T>(1);
        Current.outside(() -> result.add(code.get()));
        return result.getFirst();
    }

    private static ProcessCell local(Pid pid, String verb) {
        if (Arguments.notNull("pid", pid) instanceof ProcessCell cell) return cell;
        throw new IllegalArgumentException(
                "cannot " + verb + " " + pid + ": it is not a process of this node");
    }
}

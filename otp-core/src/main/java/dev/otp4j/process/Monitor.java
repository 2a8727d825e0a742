/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * A one-way, one-shot watch of a process by another. It identifies the {@link Down} that it will
 * cause.
 *
 * {@snippet :
 * Monitor monitor = Processes.monitor(pid);
 * Selector<Down> selector = Selector.<Down>create().selectMonitor(monitor, down -> down);
 * }
 *
 * <p>Counterpart: {@code gleam/erlang/process.Monitor}, a monitor reference.
 *
 * @since 0.1.0
 */
public final class Monitor {
    final ProcessCell owner;
    final ProcessPort target;
    final Watch watch = new Watch();

    /**
     * Set by {@link Processes#demonitor} on the owner's thread. That thread reads it when it takes
     * a {@link Down} from the mailbox, and drops a cancelled one: that is the flush.
     */
    boolean cancelled;

    /**
     * How many messages the owner had put aside in selective receives when the monitor was made.
     */
    final long born;

    Monitor(ProcessCell owner, ProcessPort target) {
        this.owner = owner;
        Inbox used = owner.inboxIfUsed(); // makes none: without one a mailbox is read faster
        this.born = used == null ? 0 : used.putAside();
        this.target = target;
    }

    /** {@return the process that is watched} */
    public Pid pid() {
        return target;
    }

    Signal.MonitorDown signal(ExitReason reason) {
        return new Signal.MonitorDown(new Down(this, target, reason));
    }

    @Override
    public String toString() {
        return "Monitor[" + owner + " watches " + target + "]";
    }

    final class Watch extends Watcher {
        ProcessCell owner() {
            return owner;
        }

        /** The message for the owner, which has one monitor less from now on. */
        Signal.MonitorDown down(ExitReason reason) {
            owner.forgetMonitor(Monitor.this);
            return signal(reason);
        }

        @Override
        void targetEnded(ProcessCell ended, ExitReason reason) {
            owner.deliver(down(reason));
        }
    }
}

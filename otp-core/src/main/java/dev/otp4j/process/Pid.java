/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Identity of a process: its node and a serial that is never used again. It cannot do anything
 * itself; {@link Processes} has the verbs.
 *
 * {@snippet :
 * Pid pid = counter.owner();
 * Processes.kill(pid);
 * }
 *
 * <p>Two pids are equal if they name the same process. Printed as {@code <0.42>}, with the
 * process's path if it has one: {@code <0.42>/shop/orders}. Holding a pid does not keep the
 * process's state or messages alive.
 *
 * <p>Counterpart: {@code Pid}.
 *
 * @since 0.1.0
 */
public abstract class Pid {
    private final long serial;

    /** For the engine only: every pid is a {@link ProcessPort}. */
    Pid(long serial) {
        this.serial = serial;
    }

    /** {@return the node on which the process lives} */
    public abstract NodeId node();

    /** {@return the process's number on its node, never used again} */
    public final long serial() {
        return serial;
    }

    @Override
    public final boolean equals(Object other) {
        return this == other
                || (other instanceof Pid pid && pid.serial == serial && pid.node().equals(node()));
    }

    @Override
    public final int hashCode() {
        return Long.hashCode(serial * 0x9E3779B97F4A7C15L);
    }

    @Override
    public String toString() {
        return "<0." + serial + ">";
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Behavior} is started.
 *
 * @param name the name to register before the initialiser runs, or null
 * @param label the last part of the process's path; null takes the one its supervisor gives
 * @param trapExits whether exit signals become messages from the start
 * @param linked whether the new process is linked to its starter, if that is a process
 * @param initTimeout how long the initialiser may take; null for no limit
 * @param interruptOnKill whether the process's thread is interrupted when it is killed or dies of a
 *     signal. An interrupt closes the channel its victim uses: H2 closes its database file for
 *     everybody, Lucene its index, a {@code FileChannel} and a socket on a virtual thread are
 *     closed. If not, code that runs for the dead process finishes undisturbed, as a {@link Zombie}
 * @param runtime the runtime for a start from a thread that is no process; null for the default one
 * @since 0.1.0
 */
public record ProcessOptions(
        @Nullable Name<?> name,
        @Nullable String label,
        boolean trapExits,
        boolean linked,
        @Nullable Duration initTimeout,
        boolean interruptOnKill,
        boolean chaining,
        @Nullable ProcessRuntime runtime) {

    /** The time an initialiser has unless said otherwise: 1 s. */
    public static final Duration DEFAULT_INIT_TIMEOUT = Duration.ofSeconds(1);

    /** Refuses a time limit that is not positive. */
    public ProcessOptions {
        if (initTimeout != null && !initTimeout.isPositive()) {
            throw new IllegalArgumentException("'initTimeout' must be positive: " + initTimeout);
        }
    }

    /**
     * {@return no name, linked, not trapping, interrupted on kill, {@link #DEFAULT_INIT_TIMEOUT}}
     */
    public static ProcessOptions defaults() {
        return new ProcessOptions(null, null, false, true, DEFAULT_INIT_TIMEOUT, true, true, null);
    }

    /** {@return these options with a name, or without one} */
    public ProcessOptions named(@Nullable Name<?> newName) {
        return new ProcessOptions(
                newName, label, trapExits, linked, initTimeout, interruptOnKill, chaining, runtime);
    }

    /** {@return these options with a label} */
    public ProcessOptions labeled(@Nullable String newLabel) {
        return new ProcessOptions(
                name, newLabel, trapExits, linked, initTimeout, interruptOnKill, chaining, runtime);
    }

    /** {@return these options, trapping exits or not} */
    public ProcessOptions trapping(boolean trap) {
        return new ProcessOptions(
                name, label, trap, linked, initTimeout, interruptOnKill, chaining, runtime);
    }

    /** {@return these options with a time limit for the initialiser; null for none} */
    public ProcessOptions initTimeout(@Nullable Duration limit) {
        return new ProcessOptions(
                name, label, trapExits, linked, limit, interruptOnKill, chaining, runtime);
    }

    /** {@return these options, interrupting a killed process's thread or not} */
    public ProcessOptions interruptOnKill(boolean interrupt) {
        return new ProcessOptions(
                name, label, trapExits, linked, initTimeout, interrupt, chaining, runtime);
    }

    /** {@return these options, handing idle receivers of its messages its own thread or not} */
    public ProcessOptions chaining(boolean chain) {
        return new ProcessOptions(
                name, label, trapExits, linked, initTimeout, interruptOnKill, chain, runtime);
    }

    /** {@return these options with a runtime for starts from outside} */
    public ProcessOptions runtime(@Nullable ProcessRuntime newRuntime) {
        return new ProcessOptions(
                name, label, trapExits, linked, initTimeout, interruptOnKill, chaining, newRuntime);
    }
}

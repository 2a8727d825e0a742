/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.OtpSystem;
import dev.otp4j.supervisor.SystemListener;
import dev.otp4j.supervisor.Termination;

/**
 * Runs an action after each change of a system's state. The action reads the state itself, so that
 * it does not matter which of two changes it hears of first. No bean: an application that injects
 * its own listener by type must not meet this one.
 */
final class StateFollower implements SystemListener {
    private final Runnable action;

    private StateFollower(Runnable action) {
        this.action = action;
    }

    /** Runs the action now, for the system may have been started already, and from now on. */
    static void follow(OtpSystem system, Runnable action) {
        system.runtime().addListener(new StateFollower(action));
        action.run();
    }

    @Override
    public void stateChanged(OtpSystem system) {
        action.run();
    }

    @Override
    public void terminated(Termination termination) {}
}

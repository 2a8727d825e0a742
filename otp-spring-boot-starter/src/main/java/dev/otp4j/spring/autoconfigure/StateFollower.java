/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.SystemListener;
import dev.otp4j.application.Termination;

/**
 * Runs an action after each change of a system's state. The action reads the current state itself,
 * so the order of two notifications does not matter. This listener is not a bean, so that an
 * application can inject its own listener by type.
 */
final class StateFollower implements SystemListener {
    private final Runnable action;

    private StateFollower(Runnable action) {
        this.action = action;
    }

    /** Runs the action at once, because the system may already run, and then after each change. */
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

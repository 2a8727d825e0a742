/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.ChildStartFailure;

/** Texts of the exceptions that senders and callers get while no tree runs. */
final class Texts {
    private Texts() {}

    /** The text before the first start, and from a stop until the next start. */
    static String notRunning(OtpSystem system) {
        return "the supervision tree of '%s' is not running: it has not been started yet or has been stopped; sends wait until it has started, calls fail at once"
                .formatted(system.name());
    }

    static String notStarted(OtpSystem system, String why) {
        return "the supervision tree of '%s' could not be started: %s; sends wait until it has started, calls fail at once"
                .formatted(system.name(), why);
    }

    static String notStarted(String child, ChildStartFailure failure) {
        return "'%s' is not running: %s; sends wait until it has started, calls fail at once"
                .formatted(child, failure);
    }

    static String gaveUp(OtpSystem system) {
        String reason = system.exitReason().map(why -> " with reason=" + why).orElse("");
        String because = system.offender().map(child -> ", because " + child).orElse("");
        return "the supervision tree of '%s' has given up: its root supervisor ended%s%s"
                .formatted(system.name(), reason, because);
    }

    static String closed(OtpSystem system) {
        return "the application context of '%s' is closed".formatted(system.name());
    }
}

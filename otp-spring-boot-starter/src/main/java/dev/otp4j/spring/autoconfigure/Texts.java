/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.OtpSystem;

/** What senders are told while no tree runs. */
final class Texts {
    private Texts() {}

    /** Before the start, and from the stop until the next start. */
    static String notRunning(OtpSystem system) {
        return "the supervision tree of '%s' is not running: it was not started yet, or is stopped; messages that are sent wait for it, calls do not"
                .formatted(system.name());
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

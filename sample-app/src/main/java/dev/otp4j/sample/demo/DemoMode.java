/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the demo receiver answers. */
enum DemoMode {
    /** At once, with success. */
    HEALTHY(204, Duration.ZERO),
    /** With success, late. */
    SLOW(204, Duration.ofSeconds(3)),
    /** At once, with an error. */
    FAILING(500, Duration.ZERO),
    /** Not at all: its port is closed. */
    DOWN(503, Duration.ZERO);

    private final int status;
    private final Duration delay;

    DemoMode(int status, Duration delay) {
        this.status = status;
        this.delay = delay;
    }

    int status() {
        return status;
    }

    Duration delay() {
        return delay;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<DemoMode> of(String text) {
        return Arrays.stream(values()).filter(mode -> mode.text().equals(text)).findFirst();
    }
}

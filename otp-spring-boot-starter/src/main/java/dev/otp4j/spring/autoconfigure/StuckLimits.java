/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.process.Pid;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * How long a handler may be busy with one message: the limit of its actor, or of the factory that
 * has made it, else that of all actors.
 */
final class StuckLimits implements Function<Pid, Duration> {
    private final Duration ofAll;
    private final Tuning tuning;
    private final boolean single;

    StuckLimits(OtpProperties properties) {
        ofAll = properties.observation().stuckAfter();
        tuning = new Tuning(properties.supervision(), null);
        single =
                !properties.supervision().actors().isEmpty()
                        || !properties.supervision().factories().isEmpty();
    }

    @Override
    public Duration apply(Pid process) {
        if (!single) return ofAll;
        return ProcessDefinition.of(process)
                .map(definition -> limit(definition.name()))
                .orElse(ofAll);
    }

    private Duration limit(String name) {
        return Objects.requireNonNullElse(tuning.stuckAfter(name), ofAll);
    }
}

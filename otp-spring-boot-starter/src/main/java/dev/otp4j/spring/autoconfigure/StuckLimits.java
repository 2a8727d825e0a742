/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.process.Pid;
import dev.otp4j.spring.autoconfigure.OtpProperties.Observation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * How long a handler may be busy with one message: the limit of its actor by the actor's name, else
 * that of all actors. A key matches a name regardless of case and dashes, because environment
 * variables cannot express either.
 */
final class StuckLimits implements Function<Pid, Duration> {
    private final Duration ofAll;
    private final Map<String, Duration> byName = new HashMap<>();

    StuckLimits(Observation properties) {
        ofAll = properties.stuckAfter();
        properties
                .actors()
                .forEach(
                        (name, observed) -> {
                            Duration own = observed.stuckAfter();
                            if (own != null) byName.put(uniform(name), own);
                        });
    }

    @Override
    public Duration apply(Pid process) {
        if (byName.isEmpty()) return ofAll;
        return ProcessDefinition.of(process)
                .map(definition -> byName.get(uniform(definition.name())))
                .orElse(ofAll);
    }

    private static String uniform(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }
}

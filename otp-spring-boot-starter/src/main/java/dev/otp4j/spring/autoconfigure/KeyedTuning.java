/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.autoconfigure.TuningProperties.Factory;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.KeyedFactory;
import dev.otp4j.supervisor.Tolerance;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What properties say about one keyed factory. */
final class KeyedTuning {
    /** The values that are set for the factory. */
    interface Values {
        <V> @Nullable V get(Tuning.Setting<Factory, V> setting);
    }

    private final Values values;
    private final TuningProperties.Delays delays;
    private final String name;

    KeyedTuning(Values values, TuningProperties.Delays delays, String name) {
        this.values = values;
        this.delays = delays;
        this.name = name;
    }

    /** A setting that only keyed factories have, if one is set; else null. */
    static @Nullable String first(Values values) {
        if (values.get(Factory::passivateAfter) != null) return "passivate-after";
        if (values.get(Factory::parallelStarts) != null) return "parallel-starts";
        if (values.get(Factory::startLimit) != null) return "start-limit";
        return values.get(Factory::tolerancePerKey) != null ? "tolerance-per-key" : null;
    }

    <K, M> KeyedFactory.Builder<K, M> applied(KeyedFactory.Builder<K, M> to) {
        var tuned = Tuning.with(to, values.get(Factory::restart), KeyedFactory.Builder::restart);
        tuned =
                Tuning.with(
                        tuned,
                        Tuning.shutdown(values.get(Factory::shutdown)),
                        KeyedFactory.Builder::shutdown);
        tuned =
                Tuning.with(
                        tuned, values.get(Factory::maxChildren), KeyedFactory.Builder::maxChildren);
        tuned =
                Tuning.with(
                        tuned,
                        values.get(Factory::awaitThreadOnKill),
                        KeyedFactory.Builder::awaitThreadOnKill);
        Backoff backoff =
                Delays.of(
                        "otp.supervision.factories." + name + ".backoff",
                        delays,
                        to.backoff().orElse(null));
        tuned = Tuning.with(tuned, backoff, KeyedFactory.Builder::backoff);
        return tolerant(keyed(tuned));
    }

    private <K, M> KeyedFactory.Builder<K, M> keyed(KeyedFactory.Builder<K, M> to) {
        var tuned =
                Tuning.with(
                        to,
                        values.get(Factory::passivateAfter),
                        KeyedFactory.Builder::passivateAfter);
        tuned =
                Tuning.with(
                        tuned,
                        values.get(Factory::parallelStarts),
                        KeyedFactory.Builder::parallelStarts);
        return Tuning.with(
                tuned, values.get(Factory::startLimit), KeyedFactory.Builder::startLimit);
    }

    /** Leaves what the code says, and what contradicts itself there, if nothing is set. */
    private <K, M> KeyedFactory.Builder<K, M> tolerant(KeyedFactory.Builder<K, M> to) {
        Integer intensity = values.get(Factory::intensity);
        Duration period = values.get(Factory::period);
        Boolean perKey = values.get(Factory::tolerancePerKey);
        if (intensity == null && period == null && perKey == null) return to;
        Tolerance tolerated = Tuning.tolerance(to.tolerance(), intensity, period);
        return to.tolerance(tolerated, Objects.requireNonNullElse(perKey, to.countsPerKey()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import dev.otp4j.benchmarks.engine.Otp4jEngine.Variant;
import java.util.logging.LogManager;

/** The engines by their names in the tables. */
public final class Engines {
    private Engines() {}

    /**
     * Starts an engine, with the JVM's logging off, so that logging does not affect the
     * measurement.
     *
     * @throws IllegalArgumentException if no engine of that name runs in a JVM
     */
    public static Engine start(String name) {
        LogManager.getLogManager().reset();
        return switch (name) {
            case "otp4j" -> new Otp4jEngine(Variant.PLAIN);
            case "otp4j_observed" -> new Otp4jEngine(Variant.OBSERVED);
            case "otp4j_meters" -> new Otp4jEngine(Variant.METERS);
            case "otp4j_timing" -> new Otp4jEngine(Variant.TIMING);
            case "otp4j_sampled" -> new Otp4jEngine(Variant.SAMPLED);
            case "otp4j_queue_timing" -> new Otp4jEngine(Variant.QUEUE_TIMING);
            case "otp4j_spring" -> new Otp4jEngine(Variant.SPRING);
            case "otp4j_mdc" -> new Otp4jEngine(Variant.MDC);
            case "otp4j_bounded" -> new Otp4jEngine(Variant.BOUNDED);
            case "otp4j_limited" -> new Otp4jEngine(Variant.LIMITED);
            case "otp4j_expiring" -> new Otp4jEngine(Variant.EXPIRING);
            case "otp4j_named" -> new Otp4jEngine(Variant.NAMED);
            case "otp4j_retained" -> new Otp4jEngine(Variant.RETAINED);
            case "pekko" -> PekkoEngine.asShipped();
            case "pekko_vt" -> PekkoEngine.tuned();
            case "vt_lbq" -> new QueueEngine();
            case "jox" -> new JoxEngine();
            default -> throw new IllegalArgumentException("unknown engine: " + name);
        };
    }
}

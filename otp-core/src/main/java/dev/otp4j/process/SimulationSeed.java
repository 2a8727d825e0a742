/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/** Reads the seed that a system property gives to all simulations. */
final class SimulationSeed {
    private SimulationSeed() {}

    /**
     * {@return the seed that {@link Simulation#SEED_PROPERTY} gives, or null}
     *
     * @throws IllegalArgumentException if the property is no whole number
     */
    static @Nullable Long wanted() {
        String wanted = System.getProperty(Simulation.SEED_PROPERTY);
        if (wanted == null) return null;
        try {
            return Long.valueOf(wanted);
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException(
                    "'%s' must be a whole number: \"%s\""
                            .formatted(Simulation.SEED_PROPERTY, wanted),
                    notOne);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.spring.autoconfigure.OtpProperties.SupervisorTolerance;
import dev.otp4j.supervisor.Tolerance;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Applies the restart tolerances that properties set, by supervisor name. A key matches a name
 * regardless of case and dashes, because environment variables cannot express either.
 */
final class Tolerances {
    private final Map<String, SupervisorTolerance> byName;

    Tolerances(Map<String, SupervisorTolerance> byName) {
        this.byName = byName;
    }

    void apply(Map<Class<?>, SupervisorDeclaration> supervisors) {
        byName.forEach((name, tolerance) -> apply(name, tolerance, supervisors));
    }

    private static void apply(
            String name,
            SupervisorTolerance tolerance,
            Map<Class<?>, SupervisorDeclaration> supervisors) {
        var found =
                supervisors.values().stream()
                        .filter(declared -> uniform(declared.name()).equals(uniform(name)))
                        .findFirst()
                        .orElseThrow(() -> unknown(name, supervisors));
        supervisors.put(found.type(), with(found, name, tolerance));
    }

    private static SupervisorDeclaration with(
            SupervisorDeclaration of, String name, SupervisorTolerance changed) {
        Tolerance now = of.tolerance();
        int intensity = changed.intensity() == null ? now.intensity() : changed.intensity();
        var period = changed.period() == null ? now.period() : changed.period();
        try {
            return new SupervisorDeclaration(
                    of.type(),
                    of.name(),
                    of.strategy(),
                    new Tolerance(intensity, period),
                    of.supervisor(),
                    of.order());
        } catch (IllegalArgumentException e) {
            throw new TreeDeclarationException(
                    "The property 'otp.supervision.supervisors.%s' is invalid: %s."
                            .formatted(name, e.getMessage()),
                    "Correct the property.");
        }
    }

    private static TreeDeclarationException unknown(
            String name, Map<Class<?>, SupervisorDeclaration> supervisors) {
        String known =
                supervisors.values().stream()
                        .map(SupervisorDeclaration::name)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return new TreeDeclarationException(
                "The property 'otp.supervision.supervisors.%s' names no supervisor of the tree. The supervisors are: %s."
                        .formatted(name, known),
                "Correct the name, or remove the property.");
    }

    private static String uniform(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }
}

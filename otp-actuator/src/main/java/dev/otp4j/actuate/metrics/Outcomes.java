/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.process.CallException;
import java.util.Locale;

/** The kinds of failures of calls, as tag values: {@code TimedOut} is {@code timed-out}. */
final class Outcomes {
    private static final ClassValue<String> NAMES =
            new ClassValue<>() {
                @Override
                protected String computeValue(Class<?> type) {
                    return type.getSimpleName()
                            .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                            .toLowerCase(Locale.ROOT);
                }
            };

    private Outcomes() {}

    static String of(CallException failure) {
        return NAMES.get(failure.getClass());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.health;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.StartError;
import dev.otp4j.supervisor.ChildStartFailure;
import dev.otp4j.supervisor.Offender;
import java.util.Locale;
import java.util.Map;

/** How values are shown as details of a health. */
final class Details {
    private Details() {}

    /** {@code GAVE_UP} as {@code gave-up}. */
    static String kebab(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of a reason, without what may be secret. */
    static String of(ExitReason reason) {
        return ExitReason.throwableOf(reason)
                .map(thrown -> thrown.getClass().getName())
                .orElseGet(() -> reason.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    }

    /** Of a child that could not be started. */
    static Map<String, Object> of(ChildStartFailure failure) {
        String type =
                failure.error() instanceof StartError.InitExited(ExitReason reason)
                        ? of(reason)
                        : kebab(failure.error());
        return Map.of("child", failure.path(), "supervisor", failure.supervisor(), "failure", type);
    }

    private static String kebab(StartError error) {
        return error.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    static Map<String, Object> of(Offender offender) {
        return Map.of(
                "child", offender.child(),
                "supervisor", offender.supervisor(),
                "failure", offender.failure().type(),
                "at", offender.failure().at());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.Shutdown;
import java.time.Duration;
import org.springframework.boot.convert.DurationStyle;

/** Parses the durations that annotations give as text. */
final class Durations {
    private Durations() {}

    static Duration parse(String text, String attribute, String of) {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException | ArithmeticException e) { // too large a number
            throw refused(text, attribute, of, "a duration such as \"5s\" or \"500ms\"");
        }
    }

    static Duration positive(String text, String attribute, String of) {
        Duration parsed = parse(text, attribute, of);
        if (parsed.isPositive()) return parsed;
        throw refused(text, attribute, of, "a duration longer than zero");
    }

    static Duration notNegative(String text, String attribute, String of) {
        Duration parsed = parse(text, attribute, of);
        if (!parsed.isNegative()) return parsed;
        throw refused(text, attribute, of, "a duration that is not negative");
    }

    static boolean isShutdown(String text) {
        try {
            shutdown(text);
            return true;
        } catch (TreeDeclarationException notOne) {
            return false;
        }
    }

    /** Parses a text that {@link #shutdown(String, String)} or the properties have checked. */
    static Shutdown shutdown(String text) {
        return shutdown(text, "the properties");
    }

    static Shutdown shutdown(String text, String of) {
        return switch (text) {
            case "infinity" -> new Shutdown.Infinity();
            case "brutal-kill" -> new Shutdown.BrutalKill();
            default -> {
                Duration parsed = parse(text, "shutdown", of);
                if (parsed.isNegative()) {
                    throw refused(text, "shutdown", of, "a duration that is not negative");
                }
                yield new Shutdown.After(parsed);
            }
        };
    }

    private static TreeDeclarationException refused(
            String text, String attribute, String of, String wanted) {
        return new TreeDeclarationException(
                "The attribute '%s' of %s must be %s: \"%s\"."
                        .formatted(attribute, of, wanted, text),
                "Set '%s' to %s%s."
                        .formatted(
                                attribute,
                                wanted,
                                attribute.equals("shutdown")
                                        ? ", or to \"infinity\" or \"brutal-kill\""
                                        : ""));
    }
}

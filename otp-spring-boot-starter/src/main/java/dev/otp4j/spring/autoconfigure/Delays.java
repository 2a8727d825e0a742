/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.RestartBackoff;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.Backoff;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The back-off of a child, from its annotation, its code and its properties. */
final class Delays {
    private Delays() {}

    /** The back-off of an annotation; null if the actor declares none. */
    static @Nullable Backoff of(
            RestartBackoff declared, UnaryOperator<String> resolved, ActorDeclaration actor) {
        if (declared.first().isEmpty() && declared.longest().isEmpty()) return null;
        String of = actor.description();
        Duration first = duration(declared.first(), "backoff.first", resolved, of);
        Duration longest = duration(declared.longest(), "backoff.longest", resolved, of);
        Duration resetAfter =
                declared.resetAfter().isEmpty()
                        ? longest
                        : duration(declared.resetAfter(), "backoff.resetAfter", resolved, of);
        return checked(
                of,
                "Correct the attribute 'backoff'.",
                () ->
                        new Backoff(
                                first,
                                longest,
                                declared.factor(),
                                declared.jitter(),
                                resetAfter,
                                declared.callsFailFast()));
    }

    private static Duration duration(
            String text, String attribute, UnaryOperator<String> resolved, String of) {
        return Durations.positive(resolved.apply(text), attribute, of);
    }

    /**
     * The back-off with what properties set; null if there is none.
     *
     * @param property the key of the properties
     * @param declared that of the code, or null
     */
    static @Nullable Backoff of(
            String property, TuningProperties.Delays set, @Nullable Backoff declared) {
        if (set.isEmpty()) return declared;
        Duration first = either(set.first(), declared == null ? null : declared.first());
        Duration longest = either(set.longest(), declared == null ? null : declared.longest());
        if (first == null || longest == null) {
            throw new TreeDeclarationException(
                    "The properties '%s' set no '%s', and the code declares no back-off."
                            .formatted(property, first == null ? "first" : "longest"),
                    "Set '%s.first' and '%s.longest'.".formatted(property, property));
        }
        Backoff base = declared == null ? Backoff.exponential(first, first) : declared;
        Duration resetAfter = declared == null ? longest : declared.resetAfter();
        return checked(
                "'" + property + "'",
                "Correct these properties.",
                () ->
                        new Backoff(
                                first,
                                longest,
                                Objects.requireNonNullElse(set.factor(), base.factor()),
                                Objects.requireNonNullElse(set.jitter(), base.jitter()),
                                Objects.requireNonNullElse(set.resetAfter(), resetAfter),
                                Objects.requireNonNullElse(
                                        set.callsFailFast(), base.callsFailFast())));
    }

    private static <T> @Nullable T either(@Nullable T first, @Nullable T second) {
        return first == null ? second : first;
    }

    private static Backoff checked(String of, String advice, Supplier<Backoff> backoff) {
        try {
            return backoff.get();
        } catch (IllegalArgumentException refused) {
            throw new TreeDeclarationException(
                    "The back-off of %s is not possible: %s.".formatted(of, refused.getMessage()),
                    advice);
        }
    }
}

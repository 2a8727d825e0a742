/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The types of the events that a subscription gets. A pattern is a type, such as {@code
 * invoice.paid}; a prefix, {@code invoice.*}, for all types that begin with {@code invoice.}; or
 * {@code *} for all events.
 *
 * @param patterns at most 50; none means all events
 */
public record EventTypes(List<String> patterns) {
    /** All events, also those without a type. */
    public static final EventTypes ALL = new EventTypes(List.of());

    /** The most characters that a type has. */
    public static final int MAX_LENGTH = 128;

    private static final int MAX_PATTERNS = 50;
    private static final String ANY = "*";
    private static final String RELAY = "relay.";
    private static final String PREFIX = ".*";

    /** Keeps a copy of the list. */
    public EventTypes {
        patterns = List.copyOf(patterns);
    }

    /**
     * Checks patterns.
     *
     * @throws IllegalArgumentException if there are too many, or if one of them is not a pattern
     */
    public static EventTypes of(List<String> patterns) {
        if (patterns.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException(
                    "'eventTypes' may have at most %d types: %d"
                            .formatted(MAX_PATTERNS, patterns.size()));
        }
        patterns.forEach(EventTypes::check);
        return new EventTypes(patterns);
    }

    private static void check(String pattern) {
        String type =
                pattern.endsWith(PREFIX) ? pattern.substring(0, pattern.length() - 2) : pattern;
        if (pattern.equals(ANY)) return;
        if (typeOf(type) == null || pattern.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a type in 'eventTypes' must have 1 to %d characters, and no control characters"
                            .formatted(MAX_LENGTH));
        }
        if (type.contains(ANY)) {
            throw new IllegalArgumentException(
                    "a type in 'eventTypes' may have '*' only at its end, as in 'invoice.*': '%s'"
                            .formatted(pattern));
        }
    }

    /** {@return whether a text can be the type of an event} */
    public static boolean isType(String text) {
        return typeOf(text) != null;
    }

    /** {@return whether only the relay itself makes events of a type} */
    public static boolean isOfRelay(@Nullable String type) {
        return type != null && type.startsWith(RELAY);
    }

    /** {@return a text as the type of an event, or null if it cannot be one} */
    static @Nullable String typeOf(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_LENGTH) return null;
        return text.codePoints().allMatch(EventTypes::isAllowed) ? text : null;
    }

    private static boolean isAllowed(int character) {
        int kind = Character.getType(character);
        return kind != Character.CONTROL && kind != Character.SURROGATE;
    }

    /**
     * {@return whether events of a type are wanted}
     *
     * @param type the type, or null for an event that has none
     */
    public boolean matches(@Nullable String type) {
        if (patterns.isEmpty()) return true;
        for (String pattern : patterns) {
            if (matches(pattern, type)) return true;
        }
        return false;
    }

    private static boolean matches(String pattern, @Nullable String type) {
        if (pattern.equals(ANY)) return true;
        if (type == null) return false;
        if (!pattern.endsWith(PREFIX)) return pattern.equals(type);
        return type.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    /** {@return the text for the table, which {@link #ofText} understands; null for all events} */
    @Nullable String text() {
        return patterns.isEmpty() ? null : String.join("\n", patterns);
    }

    static EventTypes ofText(@Nullable String text) {
        return text == null ? ALL : new EventTypes(List.of(text.split("\n")));
    }
}

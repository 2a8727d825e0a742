/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows the order in which the declared children start, by their paths, and explains a call that
 * comes too early. Filled before other threads see it, and not changed afterwards.
 */
final class StartOrder {
    private final Map<String, DeclaredChild> children = new HashMap<>();
    private final Map<String, String> injected = new HashMap<>();

    void add(String path, DeclaredChild child) {
        children.put(path, child);
        if (child.injected()) injected.put(child.name(), path);
    }

    /** The path of the actor or factory of that name. Empty if there is none. */
    Optional<String> path(String name) {
        return Optional.ofNullable(injected.get(name));
    }

    /**
     * Says why an initialiser cannot call a child yet. Empty if the start order is not the reason.
     *
     * @param caller path of the calling process, or null if it has none
     * @param callee name of the called child
     */
    Optional<String> tooEarly(@Nullable String caller, String callee) {
        String to = injected.get(callee);
        if (caller == null || to == null) return Optional.empty();
        String[] from = caller.split("/", -1);
        String[] toward = to.split("/", -1);
        int parted = Arrays.mismatch(from, toward);
        if (parted < 0 || parted >= Math.min(from.length, toward.length)) return Optional.empty();
        DeclaredChild first = children.get(path(from, parted));
        DeclaredChild second = children.get(path(toward, parted));
        if (first == null || second == null) return Optional.empty();
        return DeclaredChild.START_ORDER.compare(first, second) < 0
                ? Optional.of(text(first, second, to))
                : Optional.empty();
    }

    /** The path of the parts up to and including {@code last}. */
    private static String path(String[] parts, int last) {
        return String.join("/", Arrays.asList(parts).subList(0, last + 1));
    }

    private static String text(DeclaredChild first, DeclaredChild second, String callee) {
        String order =
                first.order() == second.order()
                        ? "both have order %d, and children of equal order start by name"
                                .formatted(first.order())
                        : "order %d > %d".formatted(second.order(), first.order());
        return "'%s' is not started yet: '%s' starts after '%s' (%s); sends wait until it has started, calls fail at once"
                .formatted(callee, second.name(), first.name(), order);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.internal.path.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The book on a child of a factory, which is called by its number. It says where its process
 * stands, when somebody wants to see that: a text for each child would double what an idle one
 * costs.
 */
final class NumberedChild extends Child implements Supplier<String> {

    /** What the children of a factory share. */
    record Shared(String path, ChildTerms terms) {}

    private final Shared shared;
    private final long number;

    /** The argument, which is kept for restarts only; the factory's alone. */
    private final @Nullable Object argument;

    NumberedChild(Shared shared, long number, @Nullable Object argument) {
        this.shared = shared;
        this.number = number;
        this.argument = argument;
    }

    @Override
    public String id() {
        return Long.toString(number);
    }

    @Override
    ChildTerms terms() {
        return shared.terms();
    }

    @Override
    public long number() {
        return number;
    }

    @Nullable Object argument() {
        return argument;
    }

    /** Its process's place in the tree. */
    @Override
    public String get() {
        return Path.join(shared.path(), id());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.internal.path.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The record of a child of a factory; its id is its number. It makes the path of its process only
 * on request: a stored text for each child would double the memory of an idle one.
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

/** Throws checked exceptions where none are declared, as code in other languages can. */
final class Sneaky {
    private Sneaky() {}

    /** Throws {@code thrown} itself, even if it is a checked exception. */
    static RuntimeException as(Throwable thrown) {
        return Sneaky.<RuntimeException>cast(thrown);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E cast(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

/** Throws checked exceptions where none are declared, as other languages do. */
final class Sneaky {
    private Sneaky() {}

    /** To be thrown: the throwable itself, whatever it is. */
    static RuntimeException as(Throwable thrown) {
        return Sneaky.<RuntimeException>cast(thrown);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E cast(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

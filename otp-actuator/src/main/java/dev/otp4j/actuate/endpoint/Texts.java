/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Spells enum constants as the endpoint shows them, such as {@code one-for-one}. */
final class Texts {
    private Texts() {}

    static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static @Nullable String lowerCaseOrNull(@Nullable Enum<?> constant) {
        return constant == null ? null : lowerCase(constant);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import java.util.Set;

/** What an API key may do. The roles of a key are its own and those that it includes. */
public enum Role {
    /** May post events, and nothing else. */
    PUBLISHER,
    /** May read everything: {@code GET}, the actuator's endpoints and the pages included. */
    VIEWER,
    /** May do everything, and so includes the other two. */
    OPERATOR;

    /** {@return this role and those that it includes} */
    Set<Role> all() {
        return this == OPERATOR ? Set.of(values()) : Set.of(this);
    }
}

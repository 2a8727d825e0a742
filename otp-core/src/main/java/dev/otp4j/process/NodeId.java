/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Objects;

/**
 * Identity of a node: where a process lives. Until there is a cluster every {@link ProcessRuntime}
 * is a node of its own.
 *
 * @param name what people call it
 * @param incarnation tells two lives of a node of one name apart
 * @since 0.1.0
 */
public record NodeId(String name, long incarnation) {
    /** Refuses a null name. */
    public NodeId {
        Objects.requireNonNull(name, "'name' must not be null");
    }

    @Override
    public String toString() {
        return name + "#" + Long.toUnsignedString(incarnation, 36);
    }
}

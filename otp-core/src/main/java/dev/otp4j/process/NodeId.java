/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Objects;

/**
 * Identity of a node, the place where a process lives. Until there is a cluster, every {@link
 * ProcessRuntime} is a node of its own.
 *
 * @param name name of the node, for people
 * @param incarnation number that tells two lives of a node of the same name apart
 * @since 0.1.0
 */
public record NodeId(String name, long incarnation) {
    /**
     * Checks the name.
     *
     * @throws NullPointerException if {@code name} is null
     */
    public NodeId {
        Objects.requireNonNull(name, "'name' must not be null");
    }

    @Override
    public String toString() {
        return name + "#" + Long.toUnsignedString(incarnation, 36);
    }
}

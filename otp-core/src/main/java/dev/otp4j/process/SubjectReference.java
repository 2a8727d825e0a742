/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * A subject written as plain values, so that it can leave the JVM and come back.
 *
 * @param node the owner's node, with its incarnation
 * @param serial the owner's serial; 0 for the subject of a name
 * @param tag number of the subject among those of its owner; 0 for the owner's own subject
 * @param key the stable key of the name, or null
 * @since 0.1.0
 * @see ProcessRuntime#reference
 */
public record SubjectReference(NodeId node, long serial, long tag, @Nullable String key) {}

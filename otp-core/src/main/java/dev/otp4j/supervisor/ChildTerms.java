/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import org.jspecify.annotations.Nullable;

/** The settings of a child, which never change; all children of a factory share one object. */
record ChildTerms(
        ChildType type,
        Restart restart,
        Shutdown shutdown,
        boolean significant,
        @Nullable Class<?> declaredBy) {}

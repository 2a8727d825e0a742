/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import org.jspecify.annotations.Nullable;

/** A stored event cannot be made an object again. */
final class UnreadableEventException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableEventException(Publication publication, String why, @Nullable Throwable cause) {
        super(
                "the event of the publication %s, of the type %s, %s"
                        .formatted(publication.id(), publication.type(), why),
                cause);
    }
}

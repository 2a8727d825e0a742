/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import org.jspecify.annotations.Nullable;

/** A stored event cannot be made an object again. */
final class UnreadableEventException extends Exception {
    private static final long serialVersionUID = 1L;

    private UnreadableEventException(String text, @Nullable Throwable cause) {
        super(text, cause);
    }

    static UnreadableEventException withoutClass(Publication publication, Throwable cause) {
        return new UnreadableEventException(
                "the class %s of the event of publication %s is not on the class path"
                        .formatted(publication.type(), publication.id()),
                cause);
    }

    static UnreadableEventException broken(Publication publication, Throwable cause) {
        return new UnreadableEventException(
                "the event of publication %s cannot be read as %s"
                        .formatted(publication.id(), publication.type()),
                cause);
    }

    static UnreadableEventException withoutId(Publication publication) {
        return new UnreadableEventException(
                "the event of publication %s (%s) has no id"
                        .formatted(publication.id(), publication.type()),
                null);
    }
}

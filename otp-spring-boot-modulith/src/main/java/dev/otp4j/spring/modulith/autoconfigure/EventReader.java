/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.modulith.events.core.EventSerializer;
import org.springframework.util.ClassUtils;

/** Makes stored events objects again. */
final class EventReader {
    private final EventSerializer serializer;
    private final @Nullable ClassLoader classes;

    EventReader(EventSerializer serializer, @Nullable ClassLoader classes) {
        this.serializer = serializer;
        this.classes = classes;
    }

    <E> E read(Publication publication, Class<E> expected) throws UnreadableEventException {
        try {
            Class<?> type = ClassUtils.forName(publication.type(), classes);
            return expected.cast(serializer.deserialize(publication.event(), type));
        } catch (ClassNotFoundException unknown) {
            throw UnreadableEventException.withoutClass(publication, unknown);
        } catch (RuntimeException | LinkageError broken) {
            throw UnreadableEventException.broken(publication, broken);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.events.core.EventSerializer;

class EventReaderTests {
    private static final UUID ID = UUID.fromString("6f0f7e6e-7a52-4c35-9d6f-0a0a5a2b1c3d");

    /** Numbers as text. */
    private static final EventSerializer NUMBERS =
            new EventSerializer() {
                @Override
                public Object serialize(Object event) {
                    return event.toString();
                }

                @Override
                public <T> T deserialize(Object serialized, Class<T> type) {
                    return type.cast(Integer.valueOf(serialized.toString()));
                }
            };

    private final EventReader reader =
            new EventReader(NUMBERS, EventReaderTests.class.getClassLoader());

    private static Publication publication(String type, String event) {
        return new Publication(
                ID.toString(), type, event, Publication.FAILED, 1, Instant.EPOCH, Instant.EPOCH);
    }

    @Test
    void aStoredEventIsAnObjectAgain() throws Exception {
        assertThat(reader.read(publication("java.lang.Integer", "7"), Number.class)).isEqualTo(7);
    }

    @Test
    void aClassThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> reader.read(publication("shop.Gone", "7"), Object.class))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessage(
                        "the class shop.Gone of the event of publication %s is not on the class path",
                        ID);
    }

    @Test
    void anEventThatCannotBeReadIsNamedWithItsClass() {
        assertThatThrownBy(
                        () -> reader.read(publication("java.lang.Integer", "seven"), Object.class))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessage("the event of publication %s cannot be read as java.lang.Integer", ID);
    }

    @Test
    void anEventOfAnotherTypeCannotBeRead() {
        assertThatThrownBy(() -> reader.read(publication("java.lang.Integer", "7"), String.class))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessageContaining("cannot be read");
    }
}

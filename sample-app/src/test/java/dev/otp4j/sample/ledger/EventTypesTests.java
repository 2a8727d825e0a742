/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypesTests {
    @ParameterizedTest
    @CsvSource({
        "invoice.paid, invoice.paid, true",
        "invoice.paid, invoice.paid.late, false",
        "invoice.paid, , false",
        "invoice.*, invoice.paid, true",
        "invoice.*, invoice.paid.late, true",
        "invoice.*, invoice, false",
        "invoice.*, invoices.paid, false",
        "invoice.*, , false",
        "*, invoice.paid, true",
        "*, , true"
    })
    void aPatternIsATypeOrAPrefixOrAll(String pattern, String type, boolean matches) {
        EventTypes types = EventTypes.of(List.of("other", pattern));

        assertThat(types.matches(type)).isEqualTo(matches);
        assertThat(EventTypes.ofText(types.text())).isEqualTo(types);
    }

    @Test
    void noPatternMeansAll() {
        assertThat(EventTypes.ALL.matches(null)).isTrue();
        assertThat(EventTypes.ALL.matches("any")).isTrue();
        assertThat(EventTypes.ALL.text()).isNull();
        assertThat(EventTypes.ofText(null)).isEqualTo(EventTypes.ALL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".*", "a\nb", "a\u0000", "\ud800", "in*voice", "invoice*", "*.paid"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> EventTypes.of(List.of(pattern)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'eventTypes'");
    }

    @Test
    void numberAndLengthAreLimited() {
        List<String> most = Collections.nCopies(50, "x".repeat(EventTypes.MAX_LENGTH));
        assertThat(EventTypes.of(most).text()).hasSizeLessThanOrEqualTo(8_192);

        assertThatThrownBy(() -> EventTypes.of(Collections.nCopies(51, "x")))
                .hasMessage("'eventTypes' may have at most 50 types: 51");
        assertThatThrownBy(() -> EventTypes.of(List.of("x".repeat(129))))
                .hasMessageContaining("1 to 128 characters");
        assertThat(EventTypes.isType("x".repeat(129))).isFalse();
    }
}

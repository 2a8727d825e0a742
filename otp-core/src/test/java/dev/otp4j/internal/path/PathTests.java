/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a path is joined and cut. */
class PathTests {
    @Test
    void joinsBelowTheRootAndBelowAnyOther() {
        assertThat(Path.join(Path.ROOT, "orders")).isEqualTo("/orders");
        assertThat(Path.join("/orders", "intake")).isEqualTo("/orders/intake");
    }

    @Test
    void theLastIdOfTheRootIsEmpty() {
        assertThat(Path.last("/orders/intake")).isEqualTo("intake");
        assertThat(Path.last("/orders")).isEqualTo("orders");
        assertThat(Path.last(Path.ROOT)).isEmpty();
    }

    @Test
    void cutsAPathIntoIds() {
        assertThat(Path.ids("/orders/intake")).containsExactly("orders", "intake");
        assertThat(Path.ids("orders/intake")).containsExactly("orders", "intake");
        assertThat(Path.ids("/orders//")).containsExactly("orders", "", "");
        assertThat(Path.ids(Path.ROOT)).isEmpty();
        assertThat(Path.ids("")).isEmpty();
    }

    @Test
    void anIdIsNotBlankAndDoesNotCutAPath() {
        assertThat(Path.isId("intake")).isTrue();
        assertThat(Path.isId("orders/intake")).isFalse();
        assertThat(Path.isId(" ")).isFalse();
    }

    @Test
    void aPathMayStartAnywhereInAText() {
        assertThat(Path.startsAt("otp:/orders", 4)).isTrue();
        assertThat(Path.startsAt("otp:<0.7>", 4)).isFalse();
        assertThat(Path.startsAt("otp:", 4)).isFalse();
    }
}

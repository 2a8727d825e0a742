/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

class ViewTextTests {
    private static final SystemSummary SYSTEM =
            new SystemSummary(
                    "shop", "1a", Instant.EPOCH, false, "running", Instant.EPOCH, 0, 0, 0);

    private static final Instant TIME = Instant.parse("2026-11-27T10:00:00Z");

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        var view =
                new Views.Budgets(
                        SYSTEM,
                        List.of(
                                new Views.BudgetDescriptor("/", 20, Duration.ofSeconds(5), 15, .75),
                                new Views.BudgetDescriptor("/a", 4, Duration.ofHours(1), 0, 0)));

        assertThat(ViewText.of(view))
                .isEqualTo(
                        """
                        SHARE  USED  OF  IN  SUPERVISOR
                         75 %    15  20  5s  /
                          0 %     0   4  1h  /a
                        """);
    }

    @Test
    void anEmptyViewSaysSo() {
        assertThat(ViewText.of(new Views.Crashes(SYSTEM, List.of()))).isEqualTo("no crashes\n");
        assertThat(ViewText.of(new Views.Budgets(SYSTEM, List.of()))).isEqualTo("no supervisors\n");
        assertThat(ViewText.of(new Views.Calls(SYSTEM, List.of()))).isEqualTo("no failed calls\n");
        assertThat(ViewText.of(new Views.Stuck(SYSTEM, 0, List.of())))
                .isEqualTo("0 handlers are stuck, 0 shown\n");
        assertThat(ViewText.of(new Views.Waits(SYSTEM, 0, List.of(), 0, List.of())))
                .isEqualTo("0 waiting, 0 circles\n");
        assertThat(ViewText.of(new Views.DroppedMessages(SYSTEM, 0, List.of())))
                .isEqualTo("0 dropped since the start\n");
    }

    @Test
    void aCrashShowsItsCausesAndTheirTextsOnlyIfItHasThem() {
        List<String> causes = List.of("java.lang.IllegalStateException", "java.io.IOException");

        assertThat(crash(causes, null))
                .isEqualTo(
                        """
                        desk  2 x java.lang.IllegalStateException on Desk$Order
                          first 2026-11-27T10:00:00.000Z  last 2026-11-27T10:00:00.000Z at /desk  queued 3
                          caused by java.io.IOException
                          at com.example.Desk.order(Desk.java:7)
                          restart, 1 of 2 restarts in PT5S; ran again after 4ms
                        """);
        assertThat(crash(causes, List.of("closed", "gone")))
                .contains("  thrown java.lang.IllegalStateException: closed\n")
                .contains("  caused by java.io.IOException: gone\n");
    }

    private static String crash(List<String> causes, @Nullable List<String> texts) {
        var last =
                new Views.CrashDescriptor(
                        TIME,
                        "/desk",
                        1,
                        causes,
                        texts,
                        "com.example.Desk$Order",
                        null,
                        null,
                        "com.example.Desk.order(Desk.java:7)",
                        3,
                        "restart, 1 of 2 restarts in PT5S",
                        Duration.ofMillis(4));
        var group =
                new Views.CrashGroupDescriptor(
                        "desk", causes.getFirst(), "com.example.Desk$Order", 2, TIME, last);
        return ViewText.of(new Views.Crashes(SYSTEM, List.of(group)));
    }

    @Test
    void aStuckHandlerWithoutFramesOfTheApplicationShowsThoseThatItHas() {
        var stuck =
                new Views.StuckDescriptor(
                        "/desk",
                        "com.example.Desk$Order",
                        Duration.ofMillis(65_400),
                        null,
                        List.of(),
                        "otp:/desk",
                        List.of("java.base/java.lang.VirtualThread.park(VirtualThread.java:742)"));

        assertThat(ViewText.of(new Views.Stuck(SYSTEM, 1, List.of(stuck))))
                .isEqualTo(
                        """
                        1 handler is stuck, 1 shown

                        /desk  for 1m 5s with Desk$Order
                          at java.base/java.lang.VirtualThread.park(VirtualThread.java:742)
                        """);
    }

    @Test
    void durationsHaveTwoUnitsAtMost() {
        assertThat(ViewText.duration(null)).isEqualTo("-");
        assertThat(ViewText.duration(Duration.ofMillis(999))).isEqualTo("999ms");
        assertThat(ViewText.duration(Duration.ofMillis(3_450))).isEqualTo("3.4s");
        assertThat(ViewText.duration(Duration.ofSeconds(5))).isEqualTo("5s");
        assertThat(ViewText.duration(Duration.ofMinutes(2))).isEqualTo("2m");
        assertThat(ViewText.duration(Duration.ofMinutes(150))).isEqualTo("2h 30m");
    }

    @Test
    void refusesWhatIsNoView() {
        OperationResponseBody other = new NodeDescriptor.MailboxDescriptor(0, 0);

        assertThatThrownBy(() -> ViewText.of(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a view");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.ExitReason;
import dev.otp4j.supervisor.RestartDecider.Decision;
import dev.otp4j.testkit.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RestartDeciderTests {
    private static final List<ExitReason> CLEAN =
            List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("detail"));
    private static final List<ExitReason> FAILED =
            List.of(
                    ExitReason.KILLED,
                    ExitReason.KILL,
                    ExitReason.NO_PROCESS,
                    ExitReason.abnormal("value"),
                    ExitReason.abnormal(new IllegalStateException()));

    record Row(ExitReason reason, Restart restart, Decision decision, boolean reported) {}

    /** Table 3.2. */
    static Stream<Row> table() {
        var rows = new ArrayList<Row>();
        for (ExitReason reason : CLEAN) {
            rows.add(new Row(reason, Restart.PERMANENT, Decision.RESTART, true));
            rows.add(new Row(reason, Restart.TRANSIENT, Decision.KEEP_DOWN, false));
            rows.add(new Row(reason, Restart.TEMPORARY, Decision.REMOVE, false));
        }
        for (ExitReason reason : FAILED) {
            rows.add(new Row(reason, Restart.PERMANENT, Decision.RESTART, true));
            rows.add(new Row(reason, Restart.TRANSIENT, Decision.RESTART, true));
            rows.add(new Row(reason, Restart.TEMPORARY, Decision.REMOVE, true));
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("table")
    @Rule({"V-10", "V-11", "V-12", "F-04", "L-02", "TR-10"})
    void whatBecomesOfAChildThatEnded(Row row) {
        assertThat(RestartDecider.decide(row.restart(), row.reason())).isEqualTo(row.decision());
        assertThat(RestartDecider.isReported(row.restart(), row.reason()))
                .isEqualTo(row.reported());
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"V-14", "V-15", "V-16"})
    void whomAStrategyAffects(Strategy strategy) {
        for (int children = 1; children <= 20; children++) {
            for (int failed = 0; failed < children; failed++) {
                int from =
                        switch (strategy) {
                            case ONE_FOR_ONE, REST_FOR_ONE -> failed;
                            case ONE_FOR_ALL -> 0;
                        };
                int to = strategy == Strategy.ONE_FOR_ONE ? failed + 1 : children;

                assertThat(RestartDecider.affected(strategy, failed, children))
                        .containsExactlyElementsOf(IntStream.range(from, to).boxed().toList());
            }
        }
    }

    @Test
    @Rule({"P-17", "V-11"})
    void cleanForASupervisorIsNotHarmlessForALink() {
        assertThat(CLEAN).allMatch(ExitReason::isClean);
        assertThat(FAILED).noneMatch(ExitReason::isClean);
        assertThat(Stream.concat(CLEAN.stream(), FAILED.stream()).filter(ExitReason::isHarmless))
                .containsExactly(ExitReason.NORMAL);
    }

    /** Table 3.4, and all there is around it. */
    @ParameterizedTest
    @EnumSource
    @Rule({"V-34", "V-35", "V-36"})
    void whoseEndStopsTheSupervisor(AutoShutdown autoShutdown) {
        for (Restart restart : Restart.values()) {
            for (ExitReason reason : Stream.concat(CLEAN.stream(), FAILED.stream()).toList()) {
                for (boolean others : List.of(true, false)) {
                    Decision decision = RestartDecider.decide(restart, reason);
                    boolean down =
                            restart == Restart.TEMPORARY
                                    || restart == Restart.TRANSIENT && CLEAN.contains(reason);
                    boolean expected =
                            switch (autoShutdown) {
                                case NEVER -> false;
                                case ANY_SIGNIFICANT -> down;
                                case ALL_SIGNIFICANT -> down && !others;
                            };

                    assertThat(RestartDecider.shutsDown(autoShutdown, true, decision, others))
                            .as("%s %s others=%s", restart, reason, others)
                            .isEqualTo(expected);
                    assertThat(RestartDecider.shutsDown(autoShutdown, false, decision, others))
                            .isFalse();
                }
            }
        }
    }
}

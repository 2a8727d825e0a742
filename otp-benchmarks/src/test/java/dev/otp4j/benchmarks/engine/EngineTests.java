/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EngineTests {
    private static final Handling<Integer, Echo> ECHO =
            (count, echo) -> {
                if (echo.number() < 0) return null;
                echo.replyTo().send(count * 1_000 + echo.number());
                return count + 1;
            };

    @ParameterizedTest
    @ValueSource(strings = {"otp4j", "otp4j_meters", "pekko", "pekko_vt", "vt_lbq", "jox"})
    void keepsOrderAndState(String name) throws Exception {
        try (Engine engine = Engines.start(name)) {
            var states = new LinkedBlockingQueue<Integer>();
            Address<Integer> adder =
                    engine.start(
                            10,
                            (Integer sum, Integer summand) -> {
                                states.add(sum);
                                return summand == 0 ? null : sum + summand;
                            });
            for (int summand : new int[] {1, 2, 3, 0, 4}) adder.send(summand);

            assertThat(List.of(next(states), next(states), next(states), next(states)))
                    .containsExactly(10, 11, 13, 16);
            adder.send(5);
            assertThat(engine.<Echo, Integer>call(engine.start(2, ECHO), to -> new Echo(7, to)))
                    .isEqualTo(2_007);
            assertThat(states).as("handled after it stopped").isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"otp4j", "otp4j_meters", "pekko", "pekko_vt", "vt_lbq", "jox"})
    void makesAllCalls(String name) throws Exception {
        try (Engine engine = Engines.start(name)) {
            var numbers = new LinkedBlockingQueue<Integer>();
            Address<Echo> server =
                    engine.start(
                            0,
                            (Integer state, Echo echo) -> {
                                numbers.add(echo.number());
                                echo.replyTo().send(echo.number());
                                return state;
                            });
            var done = new CountDownLatch(1);

            engine.startCaller(server, 3, done::countDown).send(true);

            done.await();
            assertThat(numbers).containsExactly(0, 1, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"otp4j", "pekko", "pekko_vt", "vt_lbq", "jox"})
    void startsManyAndStopsThem(String name) throws Exception {
        try (Engine engine = Engines.start(name)) {
            var seen = new LinkedBlockingQueue<Integer>();
            List<Address<Boolean>> actors =
                    engine.startAll(
                            3,
                            0,
                            i ->
                                    (Integer state, Boolean message) -> {
                                        seen.add(i);
                                        return state;
                                    });
            for (Address<Boolean> actor : actors) actor.send(true);

            assertThat(List.of(next(seen), next(seen), next(seen)))
                    .containsExactlyInAnyOrder(0, 1, 2);
            engine.startAndStop(2 * Engine.BATCH);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"otp4j", "otp4j_meters", "pekko", "pekko_vt"})
    void supervises(String name) throws Exception {
        try (Engine engine = Engines.start(name)) {
            Supervision supervision = engine.supervision(5);
            supervision.start();
            supervision.stop();

            assertThat(LongStream.of(engine.restarts(2, 3)))
                    .hasSize(6)
                    .allMatch(nanos -> nanos > 0);
        }
    }

    @Test
    void threadsHaveNoSupervisors() {
        assertThatThrownBy(() -> Engines.start("jox").restarts(1, 1))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void knowsItsEngines() {
        assertThatThrownBy(() -> Engines.start("akka"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such engine: akka");
    }

    private static Integer next(LinkedBlockingQueue<Integer> queue) throws InterruptedException {
        Integer next = queue.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("in time").isNotNull();
        return next;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

@Timeout(60)
class EngineTests {
    private static final Handling<Integer, Echo> ECHO =
            (count, echo) -> {
                if (echo.number() < 0) return null;
                echo.replyTo().send(count * 1_000 + echo.number());
                return count + 1;
            };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "otp4j",
                "otp4j_meters",
                "otp4j_timing",
                "otp4j_sampled",
                "otp4j_queue_timing",
                "otp4j_observed",
                "otp4j_spring",
                "otp4j_mdc",
                "pekko",
                "pekko_vt",
                "vt_lbq",
                "jox"
            })
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
    @ValueSource(
            strings = {
                "otp4j",
                "otp4j_meters",
                "otp4j_timing",
                "otp4j_sampled",
                "otp4j_queue_timing",
                "otp4j_observed",
                "otp4j_spring",
                "otp4j_mdc",
                "pekko",
                "pekko_vt",
                "vt_lbq",
                "jox"
            })
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
    @ValueSource(strings = {"otp4j", "otp4j_spring", "pekko", "pekko_vt", "vt_lbq", "jox"})
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
    @ValueSource(strings = {"otp4j", "otp4j_meters", "otp4j_timing", "pekko", "pekko_vt"})
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
    void metersCountTheActorsAndTimingEachMessage() throws Exception {
        MeterRegistry plain = afterHundredMessages("otp4j_meters");
        assertThat(plain.get("otp.actors.running").tag("actor", "actors").gauge()).isNotNull();
        assertThat(plain.find("otp.actor.message.processing").meter()).isNull();

        MeterRegistry timed = afterHundredMessages("otp4j_timing");
        assertThat(timed.get("otp.actors.running").tag("actor", "actors").gauge()).isNotNull();
        assertThat(measured(timed)).isEqualTo(100);
        assertThat(measured(afterHundredMessages("otp4j_sampled"))).isBetween(1.0, 2.0);
    }

    private static double measured(MeterRegistry registry) {
        return registry.get("otp.actor.message.processing")
                .tags("actor", "actors", "outcome", "ok")
                .functionTimer()
                .count();
    }

    private static MeterRegistry afterHundredMessages(String name) throws Exception {
        try (var engine = (Otp4jEngine) Engines.start(name)) {
            var done = new CountDownLatch(100);
            Address<Boolean> actor =
                    engine.start(
                            0,
                            (Integer state, Boolean message) -> {
                                done.countDown();
                                return message ? state : null;
                            });
            for (int i = 1; i < 100; i++) actor.send(true);
            actor.send(false);
            done.await();
            engine.system().stop(Duration.ofSeconds(30)); // everything is recorded by then
            return Objects.requireNonNull(engine.meters()).registry();
        }
    }

    /**
     * State that one actor leaves on its thread is visible to the next actor on that thread, unless
     * the thread is cleaned.
     */
    @Test
    void springCleansThreadsBetweenActors() throws Exception {
        assertThat(leftovers("otp4j")).isPositive();
        assertThat(leftovers("otp4j_spring")).isZero();
    }

    private static int leftovers(String name) throws Exception {
        var found = new AtomicInteger();
        var done = new CountDownLatch(1);
        List<Address<Integer>> pair = new CopyOnWriteArrayList<>();
        try (Engine engine = Engines.start(name)) {
            pair.addAll(
                    engine.startAll(
                            2,
                            0,
                            i ->
                                    (Integer state, Integer left) -> {
                                        // the state that the actor itself left, if one activation
                                        // handles both messages
                                        String own = "actor " + i;
                                        String before = MDC.get("actor");
                                        if (before != null && !before.equals(own)) {
                                            found.incrementAndGet();
                                        }
                                        MDC.put("actor", own);
                                        if (left == 0) done.countDown();
                                        else pair.get(1 - i).send(left - 1);
                                        return state;
                                    }));
            pair.getFirst().send(10_000);
            done.await();
        }
        return found.get();
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
                .hasMessage("unknown engine: akka");
    }

    private static Integer next(LinkedBlockingQueue<Integer> queue) throws InterruptedException {
        Integer next = queue.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("in time").isNotNull();
        return next;
    }
}

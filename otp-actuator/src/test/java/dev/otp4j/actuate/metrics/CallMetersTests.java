/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actuate.metrics.Workers.Task;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallMetersTests {
    private final Name<Task> desk = Name.create("desk");
    private final FactoryName<String, Subject<Task>> carts = FactoryName.create("carts");
    private final CountDownLatch end = new CountDownLatch(1);
    private final CallMeters meters = new CallMeters();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OtpSystem system =
            OtpSystem.builder("shop")
                    .root(this::root)
                    .runtime(runtime -> runtime.callTiming(meters))
                    .build();

    private StaticSupervisor.Builder root() {
        return StaticSupervisor.oneForOne()
                .add(Workers.child("desk", desk))
                .add(
                        FactorySupervisor.workerChild((String user) -> Workers.actor().start())
                                .named(carts)
                                .supervised("carts"));
    }

    @BeforeEach
    void start() {
        meters.bindTo(registry);
        system.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        system.close();
    }

    private FunctionTimer timer(String actor, String supervisor, String outcome) {
        return registry.get("otp.actor.calls")
                .tags("actor", actor, "supervisor", supervisor, "outcome", outcome)
                .functionTimer();
    }

    private static void call(Subject<Task> callee) {
        callee.call(Duration.ofMinutes(1), (Subject<Integer> to) -> Workers.run(() -> to.send(1)));
    }

    @Test
    void timeCallsByTheDefinitionOfTheCallee() {
        for (int i = 0; i < 3; i++) call(desk.subject());
        for (int i = 0; i < 5; i++) {
            call(FactorySupervisor.byName(carts).startChild("user" + i).data());
        }

        assertThat(timer("desk", "root", "ok").count()).isEqualTo(3);
        assertThat(timer("desk", "root", "ok").totalTime(TimeUnit.NANOSECONDS)).isPositive();
        assertThat(timer("desk", "root", "failed").count()).isZero();
        assertThat(timer("carts", "carts", "ok").count()).isEqualTo(5);
        assertThat(registry.get("otp.actor.calls.max").tag("actor", "desk").timeGauges())
                .hasSize(2);
    }

    @Test
    void timeACallThatGotNoReplyInTime() {
        desk.subject()
                .tryCall(
                        Duration.ofMillis(1),
                        (Subject<Integer> to) -> Workers.waitFor(end).then(() -> to.send(1)));

        assertThat(timer("desk", "root", "failed").count()).isEqualTo(1);
        assertThat(timer("desk", "root", "failed").totalTime(TimeUnit.MILLISECONDS))
                .isGreaterThanOrEqualTo(1);
    }
}

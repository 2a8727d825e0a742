/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actuate.metrics.OtpMeters;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.Name;
import dev.otp4j.process.Processes;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.Sanitizer;

/** How the settings for calls, and what comes of them, are shown. */
class CallSettingsTests {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private record Ask(Duration time, ReplyTo<Boolean> replyTo) {}

    private final VirtualClock clock = VirtualClock.create();
    private final Observer observer = new Observer();
    private final OtpSystem system =
            OtpSystem.builder("shop")
                    .runtime(runtime -> runtime.virtualTime(clock))
                    .root(
                            () ->
                                    StaticSupervisor.oneForOne()
                                            .add(
                                                    worker(
                                                            "strict",
                                                            actor("strict")
                                                                    .dropExpiredCalls()
                                                                    .failCircularCalls()))
                                            .add(worker("plain", actor("plain"))))
                    .build();
    private final Name<Ask> strict = Name.create(system.runtime(), "strict");
    private final Name<Ask> plain = Name.create(system.runtime(), "plain");

    private static ChildSpecification<?> worker(
            String id, ActorBuilder<Integer, Ask, Subject<Ask>> actor) {
        return ChildSpecification.worker(id, actor::start);
    }

    private ActorBuilder<Integer, Ask, Subject<Ask>> actor(String name) {
        return Actor.startingWith(() -> 0)
                .onMessage(CallSettingsTests::handle)
                .named(name.equals("strict") ? strict : plain);
    }

    private static Next<Integer, Ask> handle(Integer state, Ask ask) {
        Processes.sleep(ask.time());
        ask.replyTo().send(true);
        return Next.continueWith(state);
    }

    @AfterEach
    void close() {
        system.close();
    }

    private ProcessDescriptor process(String path) {
        return ProcessDescriptor.of(
                system.find(path, 1, 10).orElseThrow(),
                observer,
                new ShownValues(false, new Sanitizer()),
                null,
                List.of());
    }

    @Test
    void theNodeOfAnActorSaysWhatWasAskedOfItsCalls() {
        system.start();

        assertThat(process("/strict").dropsExpiredCalls()).isTrue();
        assertThat(process("/strict").failsCircularCalls()).isTrue();
        assertThat(process("/plain").dropsExpiredCalls()).isNull();
        assertThat(process("/plain").failsCircularCalls()).isNull();
    }

    @Test
    void droppedRequestsAndLateRepliesAreCounted() {
        var registry = new SimpleMeterRegistry();
        var meters = new OtpMeters(system);
        system.runtime().addListener(meters);
        meters.bindTo(registry);
        system.start();
        for (Name<Ask> name : List.of(strict, plain)) {
            Subject<Ask> subject = name.subject();
            for (int i = 0; i < 3; i++) {
                var unused =
                        subject.<Boolean>callAsync(LIMIT, to -> new Ask(LIMIT.multipliedBy(2), to));
            }
        }
        clock.awaitIdle();
        clock.advance(Duration.ofSeconds(10));
        clock.awaitIdle();

        assertThat(
                        registry.get("otp.dead.letters")
                                .tag("reason", "expired")
                                .functionCounter()
                                .count())
                .isEqualTo(2);
        assertThat(registry.get("otp.replies.late").functionCounter().count()).isEqualTo(4);
    }
}

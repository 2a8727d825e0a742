/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static dev.otp4j.actuate.endpoint.Shop.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actuate.metrics.OtpMeters;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.Name;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;

/** How views, texts and meters show a concurrency limit. */
@Timeout(30)
class ShownLimitTests {
    private final ConcurrencyLimit db = ConcurrencyLimit.of("db", 1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final List<Name<Runnable>> names =
            List.of(Name.create("first"), Name.create("second"), Name.create("third"));
    private final OtpSystem system = OtpSystem.builder("shop").root(() -> tree(names, db)).build();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OtpMeters meters = new OtpMeters(system);

    private static StaticSupervisor.Builder tree(
            List<Name<Runnable>> names, ConcurrencyLimit limit) {
        StaticSupervisor.Builder tree = StaticSupervisor.oneForOne().concurrency(limit);
        for (Name<Runnable> name : names) {
            tree =
                    tree.add(
                            ChildSpecification.worker(
                                    name.toString().replaceAll("-\\d+", ""),
                                    Actor.startingWith(() -> 0)
                                                    .onMessage(
                                                            (Integer state, Runnable code) -> {
                                                                code.run();
                                                                return Next
                                                                        .<Integer, Runnable>
                                                                                continueWith(state);
                                                            })
                                                    .named(name)
                                            ::start));
        }
        return tree;
    }

    @BeforeEach
    void fill() throws Exception {
        system.runtime().addListener(meters);
        meters.bindTo(registry);
        system.start();
        names.get(0).subject().send(this::hold);
        begun.await();
        names.get(1).subject().send(() -> {});
        eventually("one waits", () -> db.waiting() == 1);
        names.get(2).subject().send(() -> {});
        eventually("two wait", () -> db.waiting() == 2);
    }

    private void hold() {
        begun.countDown();
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException killed) {
                // it runs on
            }
        }
    }

    @AfterEach
    void close() {
        release.countDown();
        system.close();
        meters.close();
    }

    private ProcessDescriptor process(String path) {
        return ProcessDescriptor.of(
                system.find(path, 1, 10).orElseThrow(),
                new Observer(),
                new ShownValues(false, new Sanitizer(List.of(SanitizableData::withSanitizedValue))),
                null,
                List.of());
    }

    private double meter(String name) {
        return registry.get("otp.concurrency." + name).tag("limit", "db").gauge().value();
    }

    @Test
    void aNodeSaysHowItStandsWithItsLimit() {
        ProcessDescriptor first = process("/first");
        assertThat(first.concurrencyLimit()).isEqualTo("db");
        assertThat(first.permit()).isEqualTo("held");
        assertThat(first.permitAhead()).isNull();
        ProcessDescriptor third = process("/third");
        assertThat(third.permit()).isEqualTo("awaited");
        assertThat(third.permitAhead()).isEqualTo(1);
        assertThat(process("/").concurrencyLimit()).isNull();
    }

    @Test
    void theTreeSaysWhichProcessesWait() {
        assertThat(TreeText.text(system.tree(5, 10).orElseThrow()))
                .contains("second  actor  running  waits for a permit of 'db', 0 before it")
                .contains("third  actor  running  waits for a permit of 'db', 1 before it")
                .doesNotContain("first  actor  running  waits");
    }

    @Test
    void theViewOfTheRuntimeShowsTheQueue() {
        RuntimeDescriptor runtime =
                RuntimeDescriptor.of(system, SystemSummary.of(system, false), 1);
        assertThat(runtime.concurrencyLimits())
                .containsExactly(
                        new RuntimeDescriptor.LimitDescriptor(
                                "db", 1, 1, 2, 0, List.of("/first"), List.of("/second")));
        assertThat(RuntimeText.of(runtime))
                .endsWith(
                        """

                        concurrency limit 'db'  1 of 1 permits in use, 2 waiting
                          held by /first
                          waits /second
                        """);
    }

    @Test
    void aZombiesPermitIsShownAsSuch() {
        Processes.kill(names.getFirst().pid().orElseThrow());
        RuntimeDescriptor runtime =
                RuntimeDescriptor.of(system, SystemSummary.of(system, false), 10);
        assertThat(runtime.concurrencyLimits().getFirst().heldByEnded()).isEqualTo(1);
        assertThat(RuntimeText.of(runtime)).contains("permits held by ended processes: 1");
        assertThat(meter("held.by.ended")).isEqualTo(1);
    }

    @Test
    void metersAreTaggedByTheLimit() {
        assertThat(meter("permits")).isEqualTo(1);
        assertThat(meter("in.use")).isEqualTo(1);
        assertThat(meter("waiting")).isEqualTo(2);
        assertThat(meter("held.by.ended")).isZero();
        release.countDown();
        eventually("all ran", () -> meter("waiting") == 0 && meter("in.use") == 0);
        var later = new SimpleMeterRegistry();
        meters.bindTo(later);
        assertThat(later.get("otp.concurrency.permits").tag("limit", "db").gauge().value())
                .isEqualTo(1);
        meters.close();
        assertThat(registry.find("otp.concurrency.permits").gauge()).isNull();
    }
}

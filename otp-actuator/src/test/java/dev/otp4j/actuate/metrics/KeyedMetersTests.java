/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.supervisor.KeyCounts;
import dev.otp4j.supervisor.KeyedFactory;
import dev.otp4j.supervisor.StaticSupervisor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys in tree and meters. */
@Timeout(60)
class KeyedMetersTests {
    @Test
    void aKeyedFactoryHasMetersAndNodesForItsKeys() {
        var made = new AtomicReference<KeyedFactory<String, String>>();
        OtpSystem system =
                OtpSystem.builder("keys")
                        .root(
                                () -> {
                                    KeyedFactory<String, String> factory = clerks();
                                    made.set(factory);
                                    return StaticSupervisor.oneForOne()
                                            .add(factory.supervised("clerks"));
                                })
                        .build();
        var registry = new SimpleMeterRegistry();
        try (system;
                var meters = new OtpMeters(system)) {
            system.runtime().addListener(meters);
            meters.bindTo(registry);
            system.start();
            KeyedFactory<String, String> factory = made.get();
            factory.start("ann");
            assertThat(factory.tryStart("bad").toString()).contains("on purpose");

            awaitMeter(registry, "otp.keyed.keys", 2);
            awaitMeter(registry, "otp.keyed.keys.failed", 1);
            awaitMeter(registry, "otp.keyed.starts.waiting", 0);
            assertThat(registry.get("otp.keyed.passivated").functionCounter().count()).isZero();
            assertThat(state(system, "/clerks/ann")).isEqualTo(TreeNode.State.RUNNING);
            assertThat(state(system, "/clerks/bad")).isEqualTo(TreeNode.State.FAILED);
            assertThat(system.find("/clerks", 1, 9).orElseThrow().keyCounts())
                    .isEqualTo(new KeyCounts(2, 1, 0, 0, 0));
        }
    }

    private static KeyedFactory<String, String> clerks() {
        return KeyedFactory.<String, String>of(
                        key -> {
                            if (key.equals("bad")) throw new IllegalStateException("on purpose");
                            return Actor.startingWith(() -> 0)
                                    .onMessage((state, message) -> Next.continueWith(state));
                        })
                .runtime(ProcessRuntime.current())
                .tolerancePerKey(0, Duration.ofMinutes(1))
                .build();
    }

    private static TreeNode.State state(OtpSystem system, String path) {
        return system.find(path, 0, 1).orElseThrow().state();
    }

    private static void awaitMeter(SimpleMeterRegistry registry, String name, double value) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (gauge(registry, name) != value && System.nanoTime() < end) Thread.onSpinWait();
        assertThat(gauge(registry, name)).as(name).isEqualTo(value);
    }

    private static double gauge(SimpleMeterRegistry registry, String name) {
        var found = registry.find(name).tag("supervisor", "clerks").gauge();
        return found == null ? -1 : found.value();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

import dev.otp4j.actor.Actor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;

/** Starts a system with a time limit, uses it, and closes it. */
public final class Loaded implements Runnable {
    /** Called by reflection, in a separate class loader. */
    public Loaded() {}

    @Override
    public void run() {
        OtpSystem system =
                OtpSystem.builder("cases")
                        .startTimeout(Duration.ofSeconds(30))
                        .root(() -> StaticSupervisor.oneForOne().add(child()))
                        .build();
        system.start();
        system.stop(Duration.ofSeconds(5));
        system.close();
    }

    private static ChildSpecification<?> child() {
        return ChildSpecification.worker(
                "worker", () -> Actor.of(() -> new Allocator(number -> {})).start());
    }
}

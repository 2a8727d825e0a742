/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static dev.otp4j.testkit.Expect.eventually;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** One instance of an application, as far as leases are concerned: a keeper and a tree. */
final class Instance implements AutoCloseable {
    private static final Duration TTL = Duration.ofSeconds(2);

    final String name;
    final LeaseKeeper keeper;
    private OtpSystem system;

    Instance(String name, LeaseStore store, UnaryOperator<LeaseKeeper.Builder> settings) {
        this.name = name;
        this.keeper = settings.apply(LeaseKeeper.builder(store).instance(name)).build();
    }

    /** With a TTL of 2 s and a margin of 800 ms. */
    Instance(String name, LeaseStore store) {
        this(
                name,
                store,
                builder ->
                        builder.ttl(TTL)
                                .margin(Duration.ofMillis(800))
                                .pollInterval(Duration.ofMillis(50)));
    }

    Instance running(Function<? super Tenure, ? extends ChildSpecification<?>> child) {
        return running(Singleton.of(keeper, "invoicing", child));
    }

    Instance running(Singleton singleton) {
        return tree(
                () ->
                        StaticSupervisor.oneForOne()
                                .restartTolerance(1_000, Duration.ofHours(1))
                                .add(singleton.supervised()));
    }

    Instance tree(Supplier<StaticSupervisor.Builder> root) {
        system = OtpSystem.builder(name).root(root).build();
        system.start();
        return this;
    }

    OtpSystem system() {
        return system;
    }

    LeaseInfo lease() {
        return keeper.lease("invoicing").orElseThrow();
    }

    void awaitHeld() {
        eventually(name + " has the lease", () -> lease().isHere());
    }

    void awaitState(LeaseInfo.State state) {
        eventually(name + " is " + state, () -> lease().state() == state);
    }

    /** Stops the tree in order, and then the keeper. */
    @Override
    public void close() {
        system.stop(Duration.ofSeconds(5));
        keeper.close();
        system.close();
    }
}

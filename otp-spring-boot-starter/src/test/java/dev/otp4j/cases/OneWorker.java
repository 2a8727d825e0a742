/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A running system with one worker, whose name keeps messages while it is started again. */
record OneWorker<M>(OtpSystem system, Subject<M> worker) implements AutoCloseable {
    private static final int RESTARTS = 1_000;

    static <M> OneWorker<M> of(String id, Supplier<? extends Actor<?, M>> actor) {
        return of(id, actor, RESTARTS, builder -> {});
    }

    static <M> OneWorker<M> of(
            String id,
            Supplier<? extends Actor<?, M>> actor,
            int restarts,
            Consumer<OtpSystem.Builder> more) {
        var name = new AtomicReference<Name<M>>();
        OtpSystem.Builder builder =
                OtpSystem.builder("cases")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(restarts, Duration.ofSeconds(60))
                                                .add(child(id, actor, name.get())));
        more.accept(builder);
        OtpSystem system = builder.build();
        name.set(Name.<M>create(system.runtime(), id, Vacancy.holding(1_000)));
        system.start();
        return new OneWorker<>(system, name.get().subject());
    }

    @SuppressWarnings("unchecked") // the type of the actor's state does not matter here
    private static <M> ChildSpecification<?> child(
            String id, Supplier<? extends Actor<?, M>> actor, Name<M> name) {
        var typed = (Supplier<? extends Actor<Object, M>>) actor;
        return ChildSpecification.worker(id, () -> Actor.of(typed).named(name).start())
                .shutdown(Duration.ofMillis(200));
    }

    Pid pid() {
        return system.tree(1, 10).orElseThrow().children().getFirst().pid();
    }

    void awaitRestarts(long count) {
        await().pollInterval(Duration.ofMillis(2)).until(() -> system.restarts() >= count);
    }

    @Override
    public void close() {
        system.stop(Duration.ofSeconds(1));
        system.runtime().close();
    }
}

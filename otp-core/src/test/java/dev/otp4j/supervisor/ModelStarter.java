/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Init;
import dev.otp4j.actor.Initialized;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ModelPlan.Outcome;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How the processes of a random tree are really started, and what they do. */
final class ModelStarter {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration MOMENT = Duration.ofMillis(1);

    /** What a worker is told to do. */
    sealed interface Order {
        record Stop(ExitReason reason) implements Order {}

        record Throw() implements Order {}

        record Link(dev.otp4j.process.Pid to, Subject<Boolean> done) implements Order {}
    }

    /** A start function waits until it is answered. */
    record Gate(Subject<Boolean> replyTo) {}

    private final ModelSystem system;
    private final Subject<Gate> gates;
    private final Set<String> released;

    ModelStarter(ModelSystem system, Subject<Gate> gates, Set<String> released) {
        this.system = system;
        this.gates = gates;
        this.released = released;
    }

    ChildSpecification<Object> child(ModelSpec spec, String parent) {
        String path = ModelSpec.below(parent, spec.id());
        ChildSpecification.Start<Object> start = () -> start(spec, path, parent);
        ChildSpecification<Object> made =
                spec.kind() == ModelSpec.Kind.WORKER
                        ? ChildSpecification.worker(spec.id(), start)
                        : ChildSpecification.supervisor(spec.id(), start);
        made =
                made.restart(spec.restart())
                        .shutdown(spec.shutdown())
                        .significant(spec.significant());
        return spec.backoff() == null ? made : made.backoff(spec.backoff());
    }

    @SuppressWarnings("NullAway") // a start function that returns null is one of those tried
    private Started<Object> start(ModelSpec spec, String path, String parent) {
        int attempt = system.attempt(path);
        Outcome outcome = system.plan.next(path);
        boolean worker = spec.kind() == ModelSpec.Kind.WORKER;
        switch (outcome) {
            case NOTHING -> {
                return null;
            }
            case IGNORE -> throw StartException.ignored();
            case GATE -> {
                boolean opened = gates.callForever(Gate::new);
                assertThat(opened).isTrue();
                throw new IllegalStateException("planned");
            }
            case THROW -> throw new IllegalStateException("planned");
            case FAIL, CRASH, TIMEOUT -> {
                if (!worker) throw new IllegalStateException("planned");
            }
            case OK, SLOW -> {}
        }
        String label = path + "#" + attempt;
        if (outcome == Outcome.SLOW) Processes.sleep(MOMENT);
        return worker ? worker(spec, path, label, parent, outcome) : supervisor(spec, path, label);
    }

    /** Starts a supervisor, the root among them. */
    Started<Object> supervisor(ModelSpec spec, String path, String label) {
        Started<Object> started =
                spec.kind() == ModelSpec.Kind.STATIC
                        ? tree(spec, path).map(tree -> tree)
                        : factory(spec, path)
                                .map(made -> new ModelSystem.Factory(made, new AtomicInteger()));
        system.lives(path, label, started.pid(), started.data());
        return started;
    }

    private Started<StaticSupervisor> tree(ModelSpec spec, String path) {
        var builder =
                StaticSupervisor.of(spec.strategy())
                        .autoShutdown(spec.autoShutdown())
                        .restartTolerance(spec.intensity(), ModelSpec.PERIOD);
        for (ModelSpec child : spec.children()) builder = builder.add(child(child, path));
        return builder.start();
    }

    private Started<FactorySupervisor<Integer, Object>> factory(ModelSpec spec, String path) {
        ModelSpec template = spec.children().get(0);
        FactorySupervisor.Template<Integer, Object> start =
                number -> {
                    ModelSpec child = template.numbered(number);
                    return start(child, ModelSpec.below(path, child.id()), path);
                };
        return (template.kind() == ModelSpec.Kind.WORKER
                        ? FactorySupervisor.workerChild(start)
                        : FactorySupervisor.supervisorChild(start))
                .restart(template.restart())
                .shutdown(template.shutdown())
                .restartTolerance(spec.intensity(), ModelSpec.PERIOD)
                .start();
    }

    private Started<Object> worker(
            ModelSpec spec, String path, String label, String parent, Outcome outcome) {
        var builder =
                Actor.<Integer, Order, Subject<Order>>withInitializer(
                                outcome == Outcome.TIMEOUT ? MOMENT : LONG,
                                init -> initialize(init, outcome))
                        .onMessage((state, order) -> obey(state, order));
        if (spec.traps()) {
            builder = builder.onTerminate((state, reason) -> terminate(spec, label, parent));
        }
        Started<Subject<Order>> started = builder.start();
        system.lives(path, label, started.pid(), started.data());
        return started.map(subject -> subject);
    }

    private static Initialized<Integer, Order, Subject<Order>> initialize(
            Init<Order> init, Outcome outcome) {
        if (outcome == Outcome.FAIL) throw init.fail("planned");
        if (outcome == Outcome.CRASH) throw new IllegalStateException("planned");
        if (outcome == Outcome.TIMEOUT) Processes.sleep(LONG);
        return init.state(0);
    }

    private static Next<Integer, Order> obey(@Nullable Integer state, Order order) {
        return switch (order) {
            case Order.Stop(ExitReason reason) -> Next.stop(reason);
            case Order.Throw thrown -> throw new IllegalStateException("planned");
            case Order.Link(var to, var done) -> {
                Processes.link(to);
                done.send(true);
                yield Next.continueWith(0);
            }
        };
    }

    private void terminate(ModelSpec spec, String label, String parent) {
        while (spec.stubborn() && !released.contains(label)) Processes.sleep(MOMENT);
        if (!spec.stubborn()) system.log(parent, "callback of " + label);
    }
}

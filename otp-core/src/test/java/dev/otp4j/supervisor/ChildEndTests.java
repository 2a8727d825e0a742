/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which ends of children listeners are told, and that each is told once. */
@Timeout(30)
class ChildEndTests {
    private static final class Told implements SupervisorListener {
        final List<String> ends = new CopyOnWriteArrayList<>();

        @Override
        public void childEnded(ChildEnd end) {
            String what = end.supervisorDefinition() + "/" + end.definition();
            ends.add(what + " " + end.reason() + (end.children() > 1 ? " x" + end.children() : ""));
        }
    }

    private final Told told = new Told();
    private final Name<String> first = Name.create("first", Vacancy.holding(10));
    private final Name<String> second = Name.create("second", Vacancy.holding(10));

    private static ActorBuilder<Integer, String, Subject<String>> actor() {
        return Actor.startingWith(() -> 0)
                .onMessage(
                        (Integer state, String message) ->
                                switch (message) {
                                    case "crash" -> throw new IllegalStateException("on purpose");
                                    case "stop" -> Next.stop();
                                    default -> Next.continueWith(state);
                                });
    }

    private OtpSystem started(Supplier<StaticSupervisor.Builder> root) {
        OtpSystem system = OtpSystem.builder("test").root(root).listener(told).build();
        system.start();
        return system;
    }

    private ChildSpecification<?> worker(String id, Name<String> name) {
        return ChildSpecification.worker(id, () -> actor().named(name).start());
    }

    @Test
    void aChildThatEndsByItselfAndSiblingsThatAreStoppedWithIt() {
        try (OtpSystem system =
                started(
                        () ->
                                StaticSupervisor.oneForAll()
                                        .add(worker("first", first))
                                        .add(worker("second", second)))) {
            first.subject().send("crash");
            eventually("restarted", () -> system.restarts() == 2);

            assertThat(told.ends)
                    .containsExactly(
                            "root/first abnormal(IllegalStateException)", "root/second shutdown");
        }
    }

    @Test
    void eachChildThatIsStoppedInOrder() {
        OtpSystem system =
                started(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .add(worker("first", first))
                                        .add(worker("second", second)));

        system.close();

        assertThat(told.ends).containsExactly("root/second shutdown", "root/first shutdown");
    }

    @Test
    void aTransientChildThatIsDone() {
        try (OtpSystem system =
                started(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .add(worker("first", first).restart(Restart.TRANSIENT)))) {
            first.subject().send("stop");

            eventually("told", () -> told.ends.equals(List.of("root/first normal")));
            assertThat(system.restarts()).isZero();
        }
    }

    @Test
    void childrenOfAFactoryOneByOneAndTogetherWhenTheFactoryStops() {
        FactoryName<String, Subject<String>> carts = FactoryName.create("carts");
        OtpSystem system =
                started(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .add(
                                                FactorySupervisor.workerChild(
                                                                (String user) -> actor().start())
                                                        .restart(Restart.TEMPORARY)
                                                        .named(carts)
                                                        .supervised("carts")));
        var factory = FactorySupervisor.byName(carts);
        for (int i = 0; i < 10; i++) factory.startChild("user" + i);
        factory.startChild("one").data().send("stop");
        eventually("told", () -> told.ends.equals(List.of("carts/carts normal")));
        factory.terminateChild(factory.startChild("other").pid());
        var killed = factory.startChild("victim").pid();
        Processes.kill(killed);
        eventually("told", () -> told.ends.size() == 3);

        system.stop(Duration.ofSeconds(5));

        assertThat(told.ends)
                .containsExactly(
                        "carts/carts normal",
                        "carts/carts shutdown",
                        "carts/carts killed",
                        "carts/carts shutdown x10",
                        "root/carts shutdown");
        system.close();
    }
}

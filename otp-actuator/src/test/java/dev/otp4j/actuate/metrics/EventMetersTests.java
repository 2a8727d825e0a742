/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Next;
import dev.otp4j.actuate.metrics.Workers.Task;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.StaticSupervisor;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.InvalidMarkException;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.EmptyStackException;
import java.util.InputMismatchException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The meters of what happens to actors, each after it has happened. */
@Timeout(120)
class EventMetersTests {
    private static final Duration HOUR = Duration.ofHours(1);

    /** One of each class; more classes than there are counters. */
    private static final List<RuntimeException> MANY =
            List.of(
                    new ArithmeticException(),
                    new ArrayIndexOutOfBoundsException(),
                    new ArrayStoreException(),
                    new BufferOverflowException(),
                    new BufferUnderflowException(),
                    new CancellationException(),
                    new ClassCastException(),
                    new ConcurrentModificationException(),
                    new EmptyStackException(),
                    new IllegalArgumentException(),
                    new IllegalMonitorStateException(),
                    new IllegalStateException(),
                    new IndexOutOfBoundsException(),
                    new InputMismatchException(),
                    new InvalidMarkException(),
                    new NegativeArraySizeException(),
                    new NoSuchElementException(),
                    new NullPointerException(),
                    new NumberFormatException(),
                    new ReadOnlyBufferException(),
                    new RejectedExecutionException(),
                    new SecurityException(),
                    new StringIndexOutOfBoundsException(),
                    new UnsupportedOperationException());

    private final Name<Task> desk = Name.create("desk", Vacancy.holding(100));
    private final Name<Task> card = Name.create("card", Vacancy.holding(100));
    private final FactoryName<String, Subject<Task>> carts = FactoryName.create("carts");
    private final CountDownLatch end = new CountDownLatch(1);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OtpSystem system =
            OtpSystem.builder("shop")
                    .root(this::root)
                    .runtime(runtime -> runtime.stuckAfter(Duration.ofSeconds(1)))
                    .build();
    private final OtpMeters meters = new OtpMeters(system);

    private StaticSupervisor.Builder root() {
        return StaticSupervisor.oneForOne()
                .restartTolerance(100, HOUR)
                .add(Workers.child("desk", desk))
                .add(
                        StaticSupervisor.oneForOne()
                                .restartTolerance(3, HOUR)
                                .add(Workers.child("card", card))
                                .supervised("payments"))
                .add(
                        FactorySupervisor.workerChild((String user) -> Workers.actor().start())
                                .named(carts)
                                .restart(Restart.TEMPORARY)
                                .supervised("carts"));
    }

    @BeforeEach
    void start() {
        system.runtime().addListener(meters);
        meters.bindTo(registry);
        system.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        system.close();
    }

    /** Sends what is sent last to an actor that runs again. */
    private void crash(Name<Task> name, Task task) {
        long before = system.restarts();
        name.subject().send(task);
        assertThat(system).hasRestarts(before + 1);
        assertThat(system.runtime().awaitReports(Duration.ofSeconds(5))).isTrue();
    }

    private double count(String name, String actor, String tag, String value) {
        var found = registry.find(name).tags("actor", actor, tag, value).functionCounter();
        return found == null ? 0 : found.count();
    }

    /** Of a factory those of its children. */
    private double stops(String actor, String reason) {
        String supervisor = actor.equals("carts") ? "carts" : "root";
        return registry.get("otp.actor.stops")
                .tags("actor", actor, "supervisor", supervisor, "reason", reason)
                .functionCounter()
                .count();
    }

    private double failedCalls(String actor, String outcome) {
        return count("otp.actor.calls.failed", actor, "outcome", outcome);
    }

    private double gauge(String name, String actor) {
        return registry.get(name).tag("actor", actor).gauge().value();
    }

    private double used(String supervisor) {
        return registry.get("otp.supervisor.tolerance.used")
                .tag("supervisor", supervisor)
                .gauge()
                .value();
    }

    private double escalations(String supervisor) {
        return registry.get("otp.supervisor.escalations")
                .tag("supervisor", supervisor)
                .functionCounter()
                .count();
    }

    private static void call(Subject<Task> callee, Duration limit, CountDownLatch untilReply) {
        callee.tryCall(
                limit,
                (Subject<Integer> reply) -> Workers.waitFor(untilReply).then(() -> reply.send(1)));
    }

    @Test
    void crashesAreCountedByTheClassOfTheException() {
        crash(desk, Workers.crash(new IllegalStateException("a secret")));
        crash(desk, Workers.crash(new UnsupportedOperationException("a secret")));
        crash(desk, Workers.crash(new IllegalStateException("another secret")));
        crash(desk, state -> Next.stopAbnormal("no exception"));

        String crashes = "otp.actor.crashes";
        assertThat(count(crashes, "desk", "error", "java.lang.IllegalStateException")).isEqualTo(2);
        assertThat(count(crashes, "desk", "error", "java.lang.UnsupportedOperationException"))
                .isEqualTo(1);
        assertThat(count(crashes, "desk", "error", "abnormal")).isEqualTo(1);
        assertThat(stops("desk", "crashed")).isEqualTo(4);
        assertThat(registry.get(crashes).meters())
                .allSatisfy(
                        meter -> assertThat(meter.getId().getTag("supervisor")).isEqualTo("root"));
    }

    @Test
    void furtherClassesOfExceptionsAreCountedTogether() {
        for (RuntimeException thrown : MANY) crash(desk, Workers.crash(thrown));

        assertThat(registry.get("otp.actor.crashes").meters()).hasSize(DefinitionMeters.ERRORS + 1);
        assertThat(count("otp.actor.crashes", "desk", "error", "other"))
                .isEqualTo(MANY.size() - DefinitionMeters.ERRORS);
    }

    @Test
    void stopsAreCountedByReason() {
        var factory = FactorySupervisor.byName(carts);
        factory.startChild("done").data().send(state -> Next.stop());
        factory.terminateChild(factory.startChild("stopped").pid());
        Processes.kill(factory.startChild("killed").pid());
        factory.startChild("crashed").data().send(Workers.crash(new IllegalStateException()));
        for (int i = 0; i < 10; i++) factory.startChild("user" + i);
        await().until(() -> gauge("otp.actors.running", "carts") == 10);

        await().until(
                        () ->
                                registry.find("otp.actor.stops")
                                                .tag("supervisor", "carts")
                                                .meters()
                                                .size()
                                        == 4);
        await().until(() -> stops("carts", "crashed") == 1);
        assertThat(stops("carts", "normal")).isEqualTo(1);
        assertThat(stops("carts", "shutdown")).isEqualTo(1);
        assertThat(stops("carts", "killed")).isEqualTo(1);
        assertThat(stops("carts", "crashed")).isEqualTo(1);
        system.stop(Duration.ofSeconds(20));
        assertThat(stops("desk", "shutdown")).isEqualTo(1);
        assertThat(stops("carts", "shutdown")).isEqualTo(11);
    }

    @Test
    void failedCallsAreCountedByOutcome() {
        call(desk.subject(), Duration.ofMillis(1), end);
        assertThat(failedCalls("desk", "timed-out")).isEqualTo(1);
        end.countDown();

        desk.subject()
                .tryCall(
                        Duration.ofMinutes(1),
                        (Subject<Integer> reply) -> Workers.crash(new IllegalStateException()));
        assertThat(failedCalls("desk", "callee-down")).isEqualTo(1);

        var child = FactorySupervisor.byName(carts).startChild("user").data();
        child.tryCall(
                Duration.ofMinutes(1),
                (Subject<Integer> reply) -> Workers.crash(new IllegalStateException()));
        call(child, Duration.ofMinutes(1), end); // which is dead by now
        assertThat(failedCalls("carts", "callee-down")).isEqualTo(2);

        Subject<Task> gone = Processes.run(system.runtime(), () -> Workers.actor().start().data());
        Processes.kill(gone.owner());
        call(gone, Duration.ofMinutes(1), end);
        assertThat(failedCalls("unknown", "callee-down")).isEqualTo(1);
    }

    @Test
    void aSupervisorShowsWhatItHasUsedAndThatItGaveUp() {
        assertThat(used("payments")).isZero();
        for (int i = 1; i <= 2; i++) crash(card, Workers.crash(new IllegalStateException()));
        await().untilAsserted(() -> assertThat(used("payments")).isEqualTo(2 / 3.0));
        assertThat(used("root")).isZero();
        assertThat(escalations("payments")).isZero();

        for (int i = 1; i <= 2; i++) crash(card, Workers.crash(new IllegalStateException()));

        await().untilAsserted(() -> assertThat(used("root")).isEqualTo(1 / 100.0));
        assertThat(escalations("payments")).isEqualTo(1);
        assertThat(escalations("root")).isZero();
        assertThat(stops("payments", "shutdown")).isEqualTo(1);
    }

    @Test
    void aStuckHandlerAndTheAgeOfTheOldestMessageBehindIt() {
        desk.subject().send(Workers.waitFor(end));
        desk.subject().send(Workers.run(() -> {}));

        await().until(() -> gauge("otp.actor.stuck", "desk") == 1);
        assertThat(gauge("otp.actors.running", "desk")).isEqualTo(1);
        assertThat(gauge("otp.actor.stuck", "card")).isZero();
        var found = registry.get("otp.actor.stuck.found").tag("actor", "desk").functionCounter();
        await().until(() -> found.count() == 1); // told after the handler counts as stuck
        assertThat(gauge("otp.actors.handling", "desk")).isEqualTo(1);
        assertThat(gauge("otp.actors.handling", "card")).isZero();
        var oldest = registry.get("otp.actor.mailbox.age.max").tag("actor", "desk").timeGauge();
        await().until(() -> oldest.value(TimeUnit.MILLISECONDS) > 0);

        end.countDown();

        await().until(() -> gauge("otp.actor.stuck", "desk") == 0);
        await().until(() -> oldest.value() == 0);
        assertThat(found.count()).isEqualTo(1);
    }

    @Test
    void startsAreTimed() {
        desk.subject().send(Workers.crash(new IllegalStateException()));

        assertThat(system).hasRestarts(1);
        FunctionTimer starts = registry.get("otp.actor.start").tag("actor", "desk").functionTimer();
        await().until(() -> starts.count() == 2);
        assertThat(starts.totalTime(TimeUnit.NANOSECONDS)).isPositive();
        assertThat(registry.get("otp.actor.start.max").tag("actor", "desk").timeGauge().value())
                .isPositive();
    }

    @Test
    void twentyFiveThousandChildrenOfAFactoryAddNoMeter() throws InterruptedException {
        var factory = FactorySupervisor.byName(carts);
        factory.startChild("first").data().send(Workers.crash(new IllegalStateException()));
        await().until(
                        () ->
                                registry.find("otp.actor.stops")
                                                .tag("supervisor", "carts")
                                                .meters()
                                                .size()
                                        == 4);
        await().until(() -> stops("carts", "crashed") == 1);
        int before = registry.getMeters().size();

        var starting =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    for (int i = 0; i < 25_000; i++) factory.startChild("user");
                                });
        starting.join();
        factory.startChild("last").data().send(Workers.crash(new IllegalStateException()));

        await().until(() -> stops("carts", "crashed") == 2);
        assertThat(gauge("otp.actors.running", "carts")).isPositive();
        assertThat(registry.getMeters()).hasSize(before);
        await().until(() -> gauge("otp.actors.running", "carts") == 25_000);
    }
}

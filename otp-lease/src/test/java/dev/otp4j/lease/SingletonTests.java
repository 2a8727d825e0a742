/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.application.OtpStartException;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.SubjectException;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The child of a tree that runs on one instance only. */
@Timeout(30)
class SingletonTests {
    private final SharedRows rows = new SharedRows();
    private final List<Instance> instances = new ArrayList<>();
    private final List<Tenure> tenures = new CopyOnWriteArrayList<>();
    private final List<Pid> pids = new CopyOnWriteArrayList<>();

    private Instance instance(String name, Line path) {
        var made = new Instance(name, path);
        instances.add(made);
        return made;
    }

    private Instance instance(String name) {
        return instance(name, rows.path());
    }

    @AfterEach
    void stop() {
        instances.forEach(Instance::close);
    }

    private ChildSpecification<?> recording(Tenure tenure) {
        return ChildSpecification.worker(
                "invoicer",
                () -> {
                    tenures.add(tenure);
                    var started = Actors.<String>idle().start();
                    pids.add(started.pid());
                    return started;
                });
    }

    private static TreeNode place(Instance instance) {
        return node(instance, "/invoicing").orElseThrow();
    }

    private static Optional<TreeNode> node(Instance instance, String path) {
        return instance.system().find(path, 5, 10);
    }

    @Test
    @Rule("LE-05")
    void runsOnOneInstanceAndWaitsOnTheOther() {
        Instance a = instance("host-a").running(this::recording);
        a.awaitHeld();
        Instance b = instance("host-b").running(this::recording);
        eventually("b has looked", () -> b.lease().token() == 1);

        assertThat(b.lease().text())
                .isEqualTo("waits for the lease 'invoicing', held by host-a, token 1");
        assertThat(a.lease().text()).startsWith("has the lease 'invoicing', token 1, valid for ");
        eventually("it runs", () -> pids.size() == 1);
        assertThat(node(a, "/invoicing/tenure/invoicer")).isPresent();
        assertThat(place(b).children()).isEmpty();
        assertThat(place(b).state()).isEqualTo(TreeNode.State.RUNNING);
    }

    @Test
    @Rule("LE-05")
    void thePlaceSaysInItsStateWhatItWaitsFor() {
        instance("host-a").running(this::recording).awaitHeld();
        Instance b = instance("host-b").running(this::recording);
        eventually("b has looked", () -> b.lease().token() == 1);
        Pid place = place(b).pid();

        assertThat(Sys.getState(place, String.class))
                .isEqualTo("waits for the lease 'invoicing', held by host-a, token 1");
    }

    @Test
    @Rule("LE-05")
    void theStartDoesNotWaitForTheLeaseNorForTheStore() {
        Line path = rows.path();
        path.hang();
        Instance a = instance("host-a", path).running(this::recording);

        assertThat(place(a).state()).isEqualTo(TreeNode.State.RUNNING);
        path.mend();
        a.awaitHeld();
    }

    @Test
    @Rule("LE-03")
    void aStopLetsTheOtherInstanceTakeOverWithTheNextToken() {
        Instance a = instance("host-a").running(this::recording);
        a.awaitHeld();
        Instance b = instance("host-b").running(this::recording);
        eventually("b has looked", () -> b.lease().token() == 1);
        long begun = System.nanoTime();
        a.close();
        b.awaitHeld();
        long millis = (System.nanoTime() - begun) / 1_000_000;

        assertThat(b.lease().token()).isEqualTo(2);
        assertThat(millis).as("less than the TTL").isLessThan(1200);
        eventually("both ran", () -> tenures.size() == 2);
        assertThat(tenures).extracting(Tenure::token).containsExactly(1L, 2L);
        assertThat(tenures.getFirst().isValid()).isFalse();
        assertThat(tenures.getLast().timeLeft()).isPositive();
    }

    @Test
    @Rule("LE-03")
    void tokensGrowOverARestartOfEverything() {
        for (long token = 1; token <= 4; token++) {
            Instance all = new Instance("host-a", rows.path()).running(this::recording);
            all.awaitHeld();
            assertThat(all.lease().token()).isEqualTo(token);
            all.close();
        }
        assertThat(rows.row("invoicing").owner()).isNull();
    }

    @Test
    @Rule({"LE-04", "LE-06"})
    void aLostLeaseKillsTheChildAndDisturbsNoSibling() {
        Line path = rows.path();
        Instance a = instance("host-a", path);
        Singleton singleton = Singleton.of(a.keeper, "invoicing", this::recording);
        a.tree(
                () ->
                        StaticSupervisor.oneForAll()
                                .restartTolerance(0, Duration.ofHours(1))
                                .add(ChildSpecification.worker("sibling", Actors.idle()::start))
                                .add(singleton.supervised()));
        eventually("it runs", () -> pids.size() == 1);
        Pid sibling = node(a, "/sibling").orElseThrow().pid();
        Pid place = place(a).pid();

        path.cut("the database is gone");
        a.awaitState(LeaseInfo.State.ENDING);

        eventually("it is dead", () -> !Processes.isAlive(pids.getFirst()));
        assertThat(node(a, "/sibling").orElseThrow().pid()).isEqualTo(sibling);
        assertThat(place(a).pid()).isEqualTo(place);
        assertThat(place(a).restarts()).isZero();
        assertThat(a.lease().failure()).isEqualTo("the database is gone");

        path.mend();
        eventually("it runs again", () -> pids.size() == 2);
        assertThat(tenures).extracting(Tenure::token).containsExactly(1L, 2L);
        assertThat(a.lease().failure()).isNull();
    }

    @Test
    @Rule("LE-07")
    void aChildThatFailsIsRestartedInTheSameTenure() {
        Instance a = instance("host-a").running(this::recording);
        eventually("it runs", () -> pids.size() == 1);
        Processes.kill(pids.getFirst());
        eventually("it runs again", () -> pids.size() == 2);

        assertThat(tenures).extracting(Tenure::token).containsExactly(1L, 1L);
        assertThat(place(a).restarts()).isZero();
    }

    @Test
    @Rule("LE-08")
    void aSingletonThatGivesUpIsLeftAloneForAGrowingPause() {
        var settings =
                Backoff.exponential(Duration.ofMillis(200), Duration.ofSeconds(60)).jitter(0);
        for (String name : List.of("host-a", "host-b")) {
            var made =
                    new Instance(
                            name,
                            rows.path(),
                            builder ->
                                    builder.ttl(Duration.ofSeconds(5))
                                            .pollInterval(Duration.ofMillis(20))
                                            .pauseAfterGivingUp(settings));
            instances.add(made);
        }
        var starts = new CopyOnWriteArrayList<Long>();
        for (Instance instance : instances) {
            Singleton broken =
                    Singleton.of(
                                    instance.keeper,
                                    "invoicing",
                                    tenure ->
                                            ChildSpecification.worker(
                                                    "broken",
                                                    () -> {
                                                        starts.add(System.nanoTime());
                                                        throw new IllegalStateException("broken");
                                                    }))
                            .restartTolerance(0, Duration.ofSeconds(1));
            instance.running(broken);
        }
        eventually("four attempts", () -> starts.size() >= 4);

        var pauses = new ArrayList<Long>();
        for (int i = 1; i < 4; i++) pauses.add((starts.get(i) - starts.get(i - 1)) / 1_000_000);
        assertThat(pauses.get(0)).isGreaterThanOrEqualTo(200);
        assertThat(pauses.get(1)).isGreaterThanOrEqualTo(400);
        assertThat(pauses.get(2)).isGreaterThanOrEqualTo(800);
        assertThat(instances)
                .allSatisfy(i -> assertThat(place(i).state()).isEqualTo(TreeNode.State.RUNNING));
        eventually("seen as resting", () -> instances.getFirst().lease().giveUps() == 4);
        assertThat(instances.getFirst().lease().text())
                .startsWith(
                        "waits for the lease 'invoicing', which is free: its last 4 holders have given up, so no instance takes it for another ");
    }

    @Test
    @Rule("LE-08")
    void aChildThatFailsTooOftenGivesTheLeaseBack() {
        Instance a = instance("host-a");
        a.running(
                Singleton.of(a.keeper, "invoicing", this::recording)
                        .restartTolerance(1, Duration.ofSeconds(30)));
        eventually("it runs", () -> pids.size() == 1);
        Processes.kill(pids.getFirst());
        eventually("it runs again", () -> pids.size() == 2);
        Processes.kill(pids.getLast());
        eventually("given back", () -> rows.row("invoicing").owner() == null);

        assertThat(rows.row("invoicing").giveUps()).isEqualTo(1);
        assertThat(rows.row("invoicing").hold()).isPositive();
        assertThat(place(a).restarts()).isZero();
    }

    @Test
    @Rule("LE-09")
    void aMessageToASingletonThatRunsElsewhereFailsAndSaysWhere() {
        instance("host-a").running(this::recording).awaitHeld();
        Instance b = instance("host-b");
        Name<String> name = Name.create("invoicing");
        b.running(Singleton.of(b.keeper, "invoicing", this::recording).named(name));
        eventually("b has looked", () -> b.lease().token() == 1);

        assertThatThrownBy(() -> name.subject().send("hello"))
                .isInstanceOf(SubjectException.class)
                .hasMessageContaining(
                        "the singleton 'invoicing' runs on host-a, with token 1, and not on this instance, host-b");
    }

    @Test
    @Rule("LE-09")
    void whatANameHoldsIsDroppedWhenTheLeaseIsLost() {
        Line path = rows.path();
        Instance a = instance("host-a", path);
        Name<String> name = Name.create("invoicing");
        var slow = new CountDownLatch(1);
        Singleton singleton =
                Singleton.of(
                                a.keeper,
                                "invoicing",
                                tenure ->
                                        ChildSpecification.worker(
                                                "invoicer",
                                                () -> {
                                                    tenures.add(tenure);
                                                    if (tenures.size() == 1) slow.await();
                                                    return Actor.startingWith(() -> "")
                                                            .onMessage(SingletonTests::ignore)
                                                            .named(name)
                                                            .start();
                                                }))
                        .named(name, Vacancy.holding(10));
        a.running(singleton);
        eventually("it starts", () -> tenures.size() == 1);
        name.subject().send("held");
        assertThat(name.heldCount()).isEqualTo(1);

        path.cut("the database is gone");
        eventually("dropped", () -> name.heldCount() == 0);
        assertThatThrownBy(() -> name.subject().send("late"))
                .hasMessageContaining("does not run on this instance, host-a");
        slow.countDown();
        path.mend();
        eventually("it runs", () -> name.pid().isPresent());
    }

    private static Next<String, String> ignore(String state, String message) {
        return Next.continueWith(state);
    }

    @Test
    void aSupervisorWithItsSubtreeAndAFactoryCanBeSingletons() {
        var workers = FactorySupervisor.workerChild((String arg) -> Actors.<String>idle().start());
        Instance a =
                instance("host-a")
                        .running(
                                tenure ->
                                        StaticSupervisor.oneForOne()
                                                .add(recording(tenure))
                                                .add(workers.supervised("workers"))
                                                .supervised("all"));
        eventually("it runs", () -> node(a, "/invoicing/tenure/all/workers").isPresent());

        assertThat(node(a, "/invoicing/tenure/all/invoicer")).isPresent();
    }

    @Test
    void twoPlacesOfOneLeaseInAnInstanceAreRefused() {
        Instance a = instance("host-a");
        Singleton singleton = Singleton.of(a.keeper, "invoicing", this::recording);

        assertThatThrownBy(
                        () ->
                                a.tree(
                                        () ->
                                                StaticSupervisor.oneForOne()
                                                        .add(singleton.supervised("one"))
                                                        .add(singleton.supervised("two"))))
                .isInstanceOf(OtpStartException.class)
                .hasStackTraceContaining(
                        "the lease 'invoicing' has a singleton in this instance already");
        assertThat(pids).noneMatch(Processes::isAlive);
    }

    @Test
    void aClosedKeeperRefusesASingletonAndEndsWhatRuns() {
        Instance a = instance("host-a").running(this::recording);
        eventually("it runs", () -> pids.size() == 1);
        assertThat(a.keeper.close(Duration.ofSeconds(5))).isTrue();

        assertThat(Processes.isAlive(pids.getFirst())).isFalse();
        assertThat(rows.row("invoicing").owner()).isNull();
        var other = Singleton.of(a.keeper, "other", this::recording).supervised();
        assertThatThrownBy(() -> StaticSupervisor.oneForOne().add(other).start())
                .isInstanceOf(StartException.class)
                .hasStackTraceContaining("the keeper of the leases of host-a is closed");
    }

    @Test
    void aKilledPlaceIsStartedAgainAndGetsTheLeaseAgain() {
        Instance a = instance("host-a");
        Singleton singleton = Singleton.of(a.keeper, "invoicing", this::recording);
        a.tree(() -> StaticSupervisor.oneForOne().add(singleton.supervised()));
        eventually("it runs", () -> pids.size() == 1);
        Processes.kill(place(a).pid());
        eventually("it runs again", () -> pids.size() == 2);

        assertThat(Processes.isAlive(pids.getFirst())).isFalse();
        assertThat(tenures).extracting(Tenure::token).containsExactly(1L, 2L);
    }
}

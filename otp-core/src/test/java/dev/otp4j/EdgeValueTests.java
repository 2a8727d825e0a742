/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Init;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.Strategy;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.OtpTest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values at the edges: each is checked where it is set, and the longest times work. */
@OtpTest
class EdgeValueTests {
    private static final List<Duration> LONGEST =
            List.of(
                    Duration.ofDays(200_000),
                    Duration.ofNanos(Long.MAX_VALUE),
                    Duration.ofNanos(Long.MAX_VALUE).plusNanos(1),
                    ChronoUnit.FOREVER.getDuration());

    /** Where a duration is given, and what it is called there. */
    private record Taker(String where, String name, boolean zeroIsFine, Consumer<Duration> use) {
        @Override
        public String toString() {
            return where;
        }
    }

    private static Taker any(String where, String name, Consumer<Duration> use) {
        return new Taker(where, name, true, use);
    }

    private static Taker positive(String where, String name, Consumer<Duration> use) {
        return new Taker(where, name, false, use);
    }

    static Stream<Taker> takers() {
        return Stream.of(
                any("sendAfter", "delay", d -> own().sendAfter(d, "x").cancel()),
                any("sendAfter outside", "delay", d -> outsideTimer(d)),
                positive("sendEvery", "period", d -> own().sendEvery(d, "x").cancel()),
                any(
                        "call",
                        "timeout",
                        d -> Processes.outside(() -> echo().tryCall(d, (Subject<String> r) -> r))),
                any(
                        "callAsync",
                        "timeout",
                        d -> echo().callAsync(d, (Subject<String> r) -> r).cancel(true)),
                any("Subject.receive", "timeout", d -> queued().receive(d)),
                any(
                        "Selector.receive",
                        "timeout",
                        d -> Selector.<String>create().select(queued()).receive(d)),
                any("sleep", "timeout", EdgeValueTests::sleep),
                positive(
                        "ProcessOptions.initTimeout",
                        "initTimeout",
                        d -> ProcessOptions.defaults().initTimeout(d)),
                positive(
                        "ActorBuilder.initTimeout",
                        "initTimeout",
                        d ->
                                Actor.startingWith(() -> 0)
                                        .onMessage((Integer s, String m) -> Next.continueWith(s))
                                        .initTimeout(d)
                                        .tryStart()),
                positive(
                        "Actor.withInitializer",
                        "initTimeout",
                        d ->
                                Actor.withInitializer(d, (Init<String> init) -> init.state(0))
                                        .onMessage((Integer s, String m) -> Next.continueWith(s))
                                        .tryStart()),
                any("ChildSpecification.shutdown", "shutdown", d -> stopTree(child().shutdown(d))),
                any("factory's shutdown", "shutdown", d -> factory().shutdown(d).start()),
                positive(
                        "restartTolerance",
                        "period",
                        d -> restartOnce(StaticSupervisor.of(Strategy.ONE_FOR_ONE), d)),
                positive(
                        "factory's restartTolerance",
                        "period",
                        d -> factory().restartTolerance(3, d).start()),
                positive("startTimeout", "limit", d -> startAndStop(d, SOON)),
                any("OtpSystem.stop", "limit", d -> startAndStop(SOON, d)),
                any("Sys", "timeout", d -> Sys.getState(running(), Integer.class, atLeast(d))),
                positive("Sys.log", "limit", d -> Sys.log(running(), 3, d)),
                any("awaitReports", "limit", d -> ProcessRuntime.current().awaitReports(d)));
    }

    private static Subject<String> own() {
        return Subject.create();
    }

    private static void outsideTimer(Duration delay) {
        Subject<String> own = own();
        outside(() -> own.sendAfter(delay, "x").cancel());
    }

    private static Subject<String> queued() {
        Subject<String> own = own();
        own.send("queued");
        return own;
    }

    private static Subject<Subject<String>> echo() {
        return Actors.<Subject<String>>handling(to -> to.send("echo")).start().data();
    }

    private static Pid running() {
        return echo().owner();
    }

    /** A zero would be too short for the answer. */
    private static Duration atLeast(Duration time) {
        return Duration.ZERO.equals(time) ? SOON : time;
    }

    private static void sleep(Duration time) {
        if (time == null || time.isNegative() || time.isZero()) {
            Processes.sleep(time);
            return;
        }
        Pid sleeper = Processes.spawnUnlinked(() -> Processes.sleep(time));
        Expect.eventually("it waits", () -> !Processes.isAlive(sleeper) || waits(sleeper));
        assertThat(Processes.isAlive(sleeper)).isTrue();
        Processes.kill(sleeper);
    }

    private static boolean waits(Pid pid) {
        return dev.otp4j.process.ProcessInfo.stateOf(pid)
                == dev.otp4j.process.ProcessInfo.State.WAITING;
    }

    private static ChildSpecification<Subject<String>> child() {
        return ChildSpecification.worker("child", () -> Actors.<String>idle().start());
    }

    private static FactorySupervisor.Builder<String, Subject<String>> factory() {
        return FactorySupervisor.workerChild((String argument) -> Actors.<String>idle().start());
    }

    private static void stopTree(ChildSpecification<?> child) {
        Started<StaticSupervisor> tree =
                StaticSupervisor.of(Strategy.ONE_FOR_ONE).add(child).start();
        Processes.unlink(tree.pid());
        var monitor = Processes.monitor(tree.pid());
        Processes.exit(tree.pid(), ExitReason.SHUTDOWN);
        Expect.expectDown(monitor);
    }

    private static void restartOnce(StaticSupervisor.Builder builder, Duration period) {
        StaticSupervisor tree = builder.restartTolerance(3, period).add(child()).start().data();
        Pid first = pid(tree);
        Processes.kill(first);
        Expect.eventually("restarted", () -> pid(tree) != null && !first.equals(pid(tree)));
    }

    @SuppressWarnings("NullAway") // null while the child is down
    private static Pid pid(StaticSupervisor tree) {
        return tree.children().getFirst().pid();
    }

    private static void startAndStop(Duration startLimit, Duration stopLimit) {
        OtpSystem system =
                OtpSystem.builder("edges")
                        .root(() -> StaticSupervisor.of(Strategy.ONE_FOR_ONE).add(child()))
                        .startTimeout(startLimit)
                        .build();
        try {
            outside(system::start);
            outside(() -> system.stop(stopLimit));
        } finally {
            outside(system::close);
        }
    }

    @ParameterizedTest
    @MethodSource("takers")
    void longestShortestAndSenselessDurations(Taker taker) {
        for (Duration longest : LONGEST) {
            assertThatCode(() -> taker.use().accept(longest))
                    .as("%s", longest)
                    .doesNotThrowAnyException();
        }
        refuses(taker, Duration.ofNanos(-1));
        refuses(taker, Duration.ofSeconds(Long.MIN_VALUE));
        if (taker.zeroIsFine()) taker.use().accept(Duration.ZERO);
        else refuses(taker, Duration.ZERO);
        if (taker.where().equals("ProcessOptions.initTimeout")) return; // null: no limit
        assertThatNullPointerException()
                .isThrownBy(() -> taker.use().accept(nothing()))
                .withMessageMatching("'\\w+' must not be null");
    }

    private static void refuses(Taker taker, Duration value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> taker.use().accept(value))
                .withMessageContaining("'" + taker.name() + "' must ")
                .withMessageEndingWith(": " + value);
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void numbersAreCheckedWhereTheyAreSet() {
        refusesNumber("intensity", -1, n -> factory().restartTolerance(n, SOON));
        refusesNumber(
                "intensity",
                -1,
                n -> StaticSupervisor.of(Strategy.ONE_FOR_ONE).restartTolerance(n, SOON));
        refusesNumber("limit", -1, n -> factory().maxChildren(n));
        refusesNumber("limit", 0, n -> Name.create("n", Vacancy.holding(n)));
        refusesNumber("events", -1, n -> Sys.log(running(), n));
        refusesNumber("events", 10_001, n -> Sys.trace(running(), n));
        refusesNumber("limit", -1, n -> factory().start().data().children(n));
        OtpSystem system =
                OtpSystem.builder("numbers")
                        .root(() -> StaticSupervisor.of(Strategy.ONE_FOR_ONE))
                        .build();
        refusesNumber("depth", -1, n -> system.tree(n, 1));
        refusesNumber("limit", -1, n -> system.tree(1, n));
        refusesNumber("depth", -1, n -> system.find("/", n, 1));
        outside(system::close);
    }

    private static void refusesNumber(String name, int value, Consumer<Integer> use) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> use.accept(value))
                .withMessageContaining("'" + name + "' must ")
                .withMessageEndingWith(": " + value);
    }

    /** An actor whose methods return what they must not. */
    static final class Nulls implements Actor<Integer, String> {
        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            return nothing();
        }
    }

    /** The same with its state in fields. */
    static final class NullSteps implements StatefulActor<String> {
        @Override
        public Step handle(String message) {
            return nothing();
        }
    }

    @Test
    void anActorThatReturnsNullIsToldWhatToReturn() {
        Processes.trapExits(true);

        assertThat(crash(Actor.of(Nulls::new).start()))
                .hasMessage(
                        "'onMessage' of %s returned null: return Next.continueWith or Next.stop",
                        Nulls.class.getName());
        assertThat(crash(StatefulActor.of(NullSteps::new).start()))
                .hasMessage(
                        "'handle' of %s returned null: return Step.KEEP or Step.stop()",
                        NullSteps.class.getName());
        assertThat(
                        crash(
                                Actor.startingWith(() -> 0)
                                        .onMessage((Integer s, String m) -> nothing())
                                        .start()))
                .hasMessageStartingWith("'onMessage' of " + EdgeValueTests.class.getName())
                .hasMessageEndingWith("returned null: return Next.continueWith or Next.stop");
    }

    private static @Nullable Throwable crash(Started<Subject<String>> actor) {
        actor.data().send("go");
        return cause(Expect.expectExit(actor.pid()));
    }

    private static @Nullable Throwable cause(ExitReason reason) {
        return reason instanceof ExitReason.Abnormal abnormal
                        && abnormal.cause() instanceof Throwable thrown
                ? thrown
                : null;
    }

    @Test
    void anInitialiserThatReturnsNullIsToldWhatToReturn() {
        Processes.trapExits(true);
        var result =
                Actor.withInitializer(
                                SOON,
                                (Init<String> init) ->
                                        EdgeValueTests
                                                .<dev.otp4j.actor.Initialized<
                                                                Integer, String, Subject<String>>>
                                                        nothing())
                        .onMessage((Integer s, String m) -> Next.continueWith(s))
                        .tryStart();

        assertThat(result).isInstanceOf(StartResult.Failed.class);
        StartError error = ((StartResult.Failed<?>) result).error();
        assertThat(error).isInstanceOf(StartError.InitExited.class);
        assertThat(cause(((StartError.InitExited) error).reason()))
                .hasMessageStartingWith("'initialize' of ")
                .hasMessageEndingWith("returned null: return init.state(...)");
    }

    @Test
    void theLimitOfACallIsTheLongestThereIs() {
        assertThat(
                        get(
                                echo().callAsync(
                                                ChronoUnit.FOREVER.getDuration(),
                                                (Subject<String> r) -> r)))
                .isEqualTo("echo");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Init;
import dev.otp4j.actor.Initialized;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ModelRuntimes;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables of the semantics, row by row, with real processes on a simulated clock. */
@Timeout(60)
class SemanticTablesTests {
    private static final Duration LONG = Duration.ofHours(1);

    private static ExitReason reason(String text) {
        return switch (text) {
            case "normal" -> ExitReason.NORMAL;
            case "shutdown" -> ExitReason.SHUTDOWN;
            case "shutdown(T)" -> ExitReason.shutdown("T");
            case "killed" -> ExitReason.KILLED;
            case "noproc" -> ExitReason.NO_PROCESS;
            case "error" -> ExitReason.abnormal("error");
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** Runs a body as a process that can look at the stage's events. */
    private static void simulated(java.util.function.Consumer<Stage> body) {
        var log = new ModelLog();
        try (ProcessRuntime runtime = ModelRuntimes.simulated(1, log)) {
            Processes.run(
                    runtime,
                    () -> {
                        Processes.trapExits(true);
                        body.accept(new Stage(log));
                        return true;
                    });
        }
    }

    /** Workers that say when they start and stop, and end as they are told. */
    private static final class Stage {
        final ModelLog log;
        final List<String> events = new ArrayList<>();
        final Map<String, Started<Subject<ExitReason>>> alive = new HashMap<>();
        boolean ignores;

        Stage(ModelLog log) {
            this.log = log;
        }

        ChildSpecification<?> worker(String id) {
            return ChildSpecification.worker(id, () -> start(id));
        }

        Started<Subject<ExitReason>> start(String id) {
            if (ignores) throw StartException.ignored();
            events.add("+" + id);
            Started<Subject<ExitReason>> started =
                    Actor.startingWith(() -> id)
                            .onMessage(
                                    (String state, ExitReason why) ->
                                            Next.<String, ExitReason>stop(why))
                            .onTerminate((state, why) -> events.add("-" + state))
                            .start();
            alive.put(id, started);
            return started;
        }

        /** A child ends by itself, with whatever that leads to. */
        void ends(String id, ExitReason why) {
            Objects.requireNonNull(alive.get(id)).data().send(why);
            settle();
        }

        /** Time passes when no process has anything to do. */
        void settle() {
            Processes.sleep(Duration.ofMillis(1));
        }

        /** What was started ({@code +}) or stopped since. */
        String since(String sign, String but) {
            return String.join(
                    " ",
                    events.stream()
                            .filter(event -> event.startsWith(sign) && !event.equals(but))
                            .map(event -> event.substring(1))
                            .toList());
        }
    }

    private static StaticSupervisor.Builder tree(Strategy strategy) {
        return StaticSupervisor.of(strategy).restartTolerance(100, LONG);
    }

    private static int used(Pid supervisor) {
        return SupervisorInfo.of(supervisor).orElseThrow().toleranceUsed();
    }

    // ---- 3.2

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    normal          | restart, counts, report | stays down              | removed
                    shutdown        | restart, counts, report | stays down              | removed
                    shutdown(T)     | restart, counts, report | stays down              | removed
                    killed          | restart, counts, report | restart, counts, report | removed, report
                    noproc          | restart, counts, report | restart, counts, report | removed, report
                    error           | restart, counts, report | restart, counts, report | removed, report
                    terminate_child | stays down              | stays down              | removed
                    sibling         | restart, counts         | restart, counts         | removed, counts
                    ignore          | stays down              | stays down              | removed
                    """)
    @Rule({"V-09", "V-10", "V-11", "V-12", "V-13", "V-17", "V-38", "L-02"})
    void childExitAgainstRestartType(
            String exit, String permanent, String trans, String temporary) {
        simulated(stage -> assertThat(fate(stage, exit, Restart.PERMANENT)).isEqualTo(permanent));
        simulated(stage -> assertThat(fate(stage, exit, Restart.TRANSIENT)).isEqualTo(trans));
        simulated(stage -> assertThat(fate(stage, exit, Restart.TEMPORARY)).isEqualTo(temporary));
    }

    private static String fate(Stage stage, String exit, Restart restart) {
        boolean group = exit.equals("sibling");
        stage.ignores = exit.equals("ignore");
        Started<StaticSupervisor> tree =
                tree(group ? Strategy.ONE_FOR_ALL : Strategy.ONE_FOR_ONE)
                        .add(stage.worker("x").restart(restart))
                        .start();
        stage.ignores = false;
        tree.data().startChild(stage.worker("sibling"));
        switch (exit) {
            case "terminate_child" -> tree.data().terminateChild("x");
            case "sibling" -> stage.ends("sibling", reason("error"));
            case "ignore" -> {}
            default -> stage.ends("x", reason(exit));
        }
        String fate =
                tree.data().children().stream()
                        .filter(child -> child.id().equals("x"))
                        .map(child -> child.pid() == null ? "stays down" : "restart")
                        .findFirst()
                        .orElse("removed");
        if (used(tree.pid()) == 1) fate += ", counts";
        boolean reported =
                stage.log.lines().getOrDefault("/", List.of()).stream()
                        .anyMatch(line -> line.startsWith("CHILD_TERMINATED x"));
        return reported ? fate + ", report" : fate;
    }

    @ParameterizedTest
    @CsvSource({
        "TRANSIENT, normal",
        "TRANSIENT, shutdown",
        "TEMPORARY, normal",
        "TEMPORARY, error"
    })
    @Rule("F-04")
    void inAFactoryAnExitWithoutRestartRemoves(Restart restart, String exit) {
        simulated(
                stage -> {
                    var factory =
                            FactorySupervisor.workerChild((String id) -> stage.start(id))
                                    .restart(restart)
                                    .start();
                    factory.data().startChild("x");
                    stage.ends("x", reason(exit));
                    assertThat(factory.data().children()).isEmpty();
                    assertThat(used(factory.pid())).isZero();
                });
    }

    // ---- 3.3

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ONE_FOR_ONE  | error  |       | b       | 1
                    REST_FOR_ONE | error  | t c   | b c     | 1
                    ONE_FOR_ALL  | error  | t c a | a b c   | 1
                    ONE_FOR_ONE  | normal |       |         | 0
                    REST_FOR_ONE | normal |       |         | 0
                    ONE_FOR_ALL  | normal |       |         | 0
                    """)
    @Rule({"V-13", "V-14", "V-15", "V-16", "V-17"})
    void strategyAgainstSiblings(
            Strategy strategy,
            String exit,
            @Nullable String stopped,
            @Nullable String started,
            int count) {
        simulated(
                stage -> {
                    Started<StaticSupervisor> tree = familyOf(stage, strategy);
                    stage.events.clear();
                    stage.ends("b", reason(exit));
                    assertThat(stage.since("-", "-b")).isEqualTo(stopped == null ? "" : stopped);
                    assertThat(stage.since("+", "")).isEqualTo(started == null ? "" : started);
                    assertThat(used(tree.pid())).isEqualTo(count);
                });
    }

    private static Started<StaticSupervisor> familyOf(Stage stage, Strategy strategy) {
        return tree(strategy)
                .add(stage.worker("a"))
                .add(stage.worker("b").restart(Restart.TRANSIENT))
                .add(stage.worker("c"))
                .add(stage.worker("t").restart(Restart.TEMPORARY))
                .start();
    }

    /**
     * As observed in OTP 25: a round starts each child that has no process, whatever stopped it.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ONE_FOR_ONE  | b
                    REST_FOR_ONE | b c
                    ONE_FOR_ALL  | a b c
                    """)
    @Rule({"V-15", "V-16", "V-38"})
    void aRoundStartsChildrenThatWereStoppedOnRequestToo(Strategy strategy, String started) {
        simulated(
                stage -> {
                    Started<StaticSupervisor> tree = familyOf(stage, strategy);
                    tree.data().terminateChild("a");
                    tree.data().terminateChild("c");
                    stage.events.clear();
                    stage.ends("b", reason("error"));
                    assertThat(stage.since("+", "")).isEqualTo(started);
                });
    }

    // ---- 3.4

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    normal          | stops     | stops | last      | last
                    shutdown        | stops     | stops | last      | last
                    shutdown(T)     | stops     | stops | last      | last
                    error           | restarted | stops | restarted | last
                    killed          | restarted | stops | restarted | last
                    terminate_child | lives     | lives | lives     | lives
                    sibling         | lives     | lives | lives     | lives
                    """)
    @Rule({"V-34", "V-35", "V-36"})
    void autoShutdown(
            String exit,
            String anyTransient,
            String anyTemporary,
            String allTransient,
            String allTemporary) {
        var any = AutoShutdown.ANY_SIGNIFICANT;
        var all = AutoShutdown.ALL_SIGNIFICANT;
        simulated(s -> assertThat(end(s, exit, any, Restart.TRANSIENT)).isEqualTo(anyTransient));
        simulated(s -> assertThat(end(s, exit, any, Restart.TEMPORARY)).isEqualTo(anyTemporary));
        simulated(s -> assertThat(end(s, exit, all, Restart.TRANSIENT)).isEqualTo(allTransient));
        simulated(s -> assertThat(end(s, exit, all, Restart.TEMPORARY)).isEqualTo(allTemporary));
    }

    private static String end(Stage stage, String exit, AutoShutdown when, Restart restart) {
        Started<StaticSupervisor> tree =
                tree(exit.equals("sibling") ? Strategy.ONE_FOR_ALL : Strategy.ONE_FOR_ONE)
                        .autoShutdown(when)
                        .add(stage.worker("x").restart(restart).significant(true))
                        .add(stage.worker("y").restart(restart).significant(true))
                        .add(stage.worker("sibling"))
                        .start();
        Pid first = Objects.requireNonNull(stage.alive.get("x")).pid();
        end(stage, tree.data(), "x", exit);
        if (!Processes.isAlive(tree.pid())) return ended(tree.pid(), "stops");
        boolean own = !exit.equals("terminate_child") && !exit.equals("sibling");
        Pid now = Objects.requireNonNull(stage.alive.get("x")).pid();
        if (own && !now.equals(first)) return "restarted";
        if (exit.equals("sibling")) return "lives";
        end(stage, tree.data(), "y", exit);
        return Processes.isAlive(tree.pid()) ? "lives" : ended(tree.pid(), "last");
    }

    private static String ended(Pid tree, String how) {
        assertThat(ProcessInfo.of(tree).exitReason()).isEqualTo(ExitReason.SHUTDOWN);
        return how;
    }

    private static void end(Stage stage, StaticSupervisor tree, String id, String exit) {
        switch (exit) {
            case "terminate_child" -> tree.terminateChild(id);
            case "sibling" -> stage.ends("sibling", reason("error"));
            default -> stage.ends(id, reason(exit));
        }
        stage.settle();
    }

    // ---- 3.5

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ok      | Ok          | lives | held
                    error   | InitFailed  | lives | free
                    ignore  | Ignored     | lives | free
                    crash   | InitExited  | dies  | free
                    stop    | InitExited  | dies  | free
                    timeout | InitTimeout | lives | free
                    taken   | InitFailed  | lives | another's
                    """)
    @Rule({"A-01", "A-03", "A-05", "A-06", "A-07", "A-08", "TR-05"})
    void whatAStarterSees(
            String outcome, String result, String plainStarter, String nameAfterwards) {
        simulated(
                stage -> {
                    Name<String> name = Name.create(ProcessRuntime.current(), "x");
                    Pid other = outcome.equals("taken") ? actor("ok", name).start().pid() : null;
                    StartResult<Subject<String>> seen = actor(outcome, name).tryStart();
                    assertThat(result(seen)).isEqualTo(result);
                    assertThat(holder(name, other)).isEqualTo(nameAfterwards);
                    if (seen instanceof StartResult.Ok<?>(Started<?> up)) Processes.kill(up.pid());

                    Pid plain =
                            Processes.spawnUnlinked(
                                    () -> {
                                        actor(outcome, name).tryStart();
                                        Subject.create().receiveForever();
                                    });
                    stage.settle();
                    stage.settle();
                    assertThat(Processes.isAlive(plain) ? "lives" : "dies").isEqualTo(plainStarter);
                    if (plainStarter.equals("dies")) {
                        assertThat(ProcessInfo.of(plain).exitReason())
                                .isInstanceOf(ExitReason.Abnormal.class);
                    }
                    assertThat(holder(name, other)).isEqualTo(nameAfterwards);
                });
    }

    private static String result(StartResult<?> result) {
        return result instanceof StartResult.Failed<?> failed
                ? failed.error().getClass().getSimpleName()
                : "Ok";
    }

    private static String holder(Name<?> name, @Nullable Pid other) {
        Pid pid = name.pid().orElse(null);
        if (pid == null) return "free";
        return pid.equals(other) ? "another's" : "held";
    }

    private static ActorBuilder<Integer, String, Subject<String>> actor(
            String outcome, Name<String> name) {
        return Actor.<Integer, String, Subject<String>>withInitializer(
                        Duration.ofMillis(1), init -> initialize(init, outcome))
                .onMessage((state, message) -> Next.continueWith(state))
                .named(name);
    }

    private static Initialized<Integer, String, Subject<String>> initialize(
            Init<String> init, String outcome) {
        switch (outcome) {
            case "error" -> throw init.fail("no");
            case "ignore" -> throw init.ignore();
            case "crash" -> throw new IllegalStateException("broken");
            case "stop" -> Processes.exit(ExitReason.abnormal("R"));
            case "timeout" -> Processes.sleep(LONG);
            default -> {}
        }
        return init.state(0);
    }

    // ---- 3.6

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    tolerance exceeded | shutdown
                    auto-shutdown      | shutdown
                    parent normal      | normal
                    parent shutdown    | shutdown
                    parent error       | abnormal(error)
                    parent killed      | killed
                    killed             | killed
                    """)
    @Rule({"V-24", "V-30", "V-31", "V-34"})
    void whyASupervisorEnds(String cause, String reason) {
        simulated(
                stage -> {
                    Started<StaticSupervisor> tree =
                            StaticSupervisor.oneForOne()
                                    .restartTolerance(0, LONG)
                                    .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                                    .add(stage.worker("a"))
                                    .add(
                                            stage.worker("b")
                                                    .restart(Restart.TEMPORARY)
                                                    .significant(true))
                                    .start();
                    switch (cause) {
                        case "tolerance exceeded" -> stage.ends("a", reason("error"));
                        case "auto-shutdown" -> stage.ends("b", reason("normal"));
                        case "killed" -> Processes.kill(tree.pid());
                        default -> Processes.exit(tree.pid(), reason(cause.substring(7)));
                    }
                    stage.settle();
                    assertThat(String.valueOf(ProcessInfo.of(tree.pid()).exitReason()))
                            .isEqualTo(reason);
                    assertThat(stage.alive.values())
                            .noneMatch(child -> Processes.isAlive(child.pid()));
                });
    }

    @ParameterizedTest
    @CsvSource({"first, shutdown(boot of first)", "last, shutdown(boot of last)"})
    @Rule({"V-07", "V-26"})
    void aChildThatFailsAtBootIsTheReason(String failing, String reason) {
        simulated(
                stage -> {
                    StaticSupervisor.Builder tree = tree(Strategy.ONE_FOR_ONE);
                    for (String id : List.of("first", "second", "last")) {
                        boolean fails = id.equals(failing);
                        tree = tree.add(fails ? failing(id) : stage.worker(id));
                    }
                    assertThat(bootFailure(tree)).isEqualTo(reason);
                    String stopped = failing.equals("last") ? "second first" : "";
                    assertThat(stage.since("-", "")).isEqualTo(stopped);
                });
    }

    private static ChildSpecification<?> failing(String id) {
        return ChildSpecification.worker(
                id,
                () -> {
                    throw new IllegalStateException("broken");
                });
    }

    private static String bootFailure(StaticSupervisor.Builder tree) {
        try {
            return tree.start().toString();
        } catch (StartException e) {
            return e.error() instanceof dev.otp4j.process.StartError.InitExited(ExitReason why)
                    ? ModelWorld.words(why)
                    : e.error().toString();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    intensity      | 'intensity' must not be negative: -1
                    period         | 'period' must be positive: PT0S
                    id             | 'id' must not be blank or contain '/': "a/b"
                    shutdown       | 'shutdown' must not be negative: PT-1S
                    two of one id  | two children have the id 'a': change one of them with withId
                    significant    | make it TRANSIENT or TEMPORARY, or not significant
                    means nothing  | choose ANY_SIGNIFICANT or ALL_SIGNIFICANT, or make the child not significant
                    """,
            quoteCharacter = '~')
    @Rule({"V-02", "V-03", "V-04"})
    void badFlagsAndSpecificationsAreRefused(String what, String message) {
        simulated(
                stage -> {
                    ChildSpecification<?> a = stage.worker("a");
                    ChildSpecification<?> b = stage.worker("b").significant(true);
                    ChildSpecification<?> passing =
                            stage.worker("b").restart(Restart.TRANSIENT).significant(true);
                    Map<String, Function<StaticSupervisor.Builder, Object>> bad =
                            Map.of(
                                    "intensity", tree -> tree.restartTolerance(-1, LONG).start(),
                                    "period",
                                            tree -> tree.restartTolerance(1, Duration.ZERO).start(),
                                    "id", tree -> tree.add(stage.worker("a/b")).start(),
                                    "shutdown",
                                            tree ->
                                                    tree.add(a.shutdown(Duration.ofSeconds(-1)))
                                                            .start(),
                                    "two of one id", tree -> tree.add(a).start(),
                                    "significant",
                                            tree ->
                                                    tree.autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                                                            .add(b)
                                                            .start(),
                                    "means nothing", tree -> tree.add(passing).start());
                    StaticSupervisor.Builder tree = Trees.of(a);
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> Objects.requireNonNull(bad.get(what)).apply(tree))
                            .withMessageContaining(message);
                    assertThat(stage.events).isEmpty();
                });
    }
}

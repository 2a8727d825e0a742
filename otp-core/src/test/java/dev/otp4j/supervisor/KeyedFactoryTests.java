/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.Clerk.Crash;
import dev.otp4j.supervisor.Clerk.Life;
import dev.otp4j.supervisor.Clerk.Message;
import dev.otp4j.supervisor.Clerk.Note;
import dev.otp4j.supervisor.Clerk.Read;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One actor for each key. */
@OtpTest
class KeyedFactoryTests {
    private static final Duration DAY = Duration.ofDays(1);

    private final LinkedBlockingQueue<Life> lives = new LinkedBlockingQueue<>();

    private KeyedFactory.Builder<String, Message> clerks() {
        return KeyedFactory.of(key -> StatefulActor.of(() -> new Clerk(key, lives::add)));
    }

    /** A factory whose initialisers do more. */
    private KeyedFactory.Builder<String, Message> clerks(Start more) {
        return KeyedFactory.of(
                key ->
                        StatefulActor.of(
                                () ->
                                        new Clerk(
                                                key,
                                                life -> {
                                                    if (life.what().equals("starts")) {
                                                        more.of(key);
                                                    }
                                                    lives.add(life);
                                                })));
    }

    private interface Start {
        void of(String key);
    }

    private static List<Integer> notes(Subject<Message> clerk) {
        return clerk.call(SOON, Read::new);
    }

    private Life next() {
        try {
            Life life = lives.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
            if (life == null) throw new AssertionError("nothing happens to a clerk");
            return life;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitEnd(Pid pid) {
        eventually(pid + " ends", () -> !Processes.isAlive(pid));
    }

    // ---- find or start

    @Test
    @Rule("KF-01")
    void aToolFindsTheFactoryOfAProcessAndTheKeyOfAChild() {
        var factory = clerks().build();
        Pid pid = factory.start().pid();
        factory.start("ann");

        KeyedFactory<?, ?> found = KeyedFactory.of(pid).orElseThrow();
        assertThat(found).isSameAs(factory);
        assertThat(factory.keyOf("ann")).hasValue("ann");
        factory.subject("bob");
        assertThat(factory.keyOf("bob")).as("it has no child").isEmpty();
        assertThat(KeyedFactory.of(factory.find("ann").orElseThrow())).isEmpty();
        assertThat(FactorySupervisor.of(pid)).isEmpty();
        assertThat(StaticSupervisor.of(pid)).isEmpty();
    }

    @Test
    @Rule({"KF-01", "KF-02"})
    void theFirstMessageToAKeyStartsItsActor() {
        var factory = clerks().build();
        factory.start();
        Subject<Message> ann = factory.subject("ann");
        assertThat(factory.find("ann")).isEmpty();
        assertThat(factory.keys()).isEmpty();

        ann.send(new Note(1));
        ann.send(new Note(2));

        assertThat(notes(ann)).containsExactly(1, 2);
        assertThat(notes(factory.subject("bob"))).isEmpty();
        assertThat(factory.keys()).containsExactlyInAnyOrder("ann", "bob");
        assertThat(factory.subject("ann")).isSameAs(ann);
        assertThat(factory.find("ann")).contains(ann.owner());
        expectCounts(factory, new KeyCounts(2, 0, 0, 0, 0));
    }

    @Test
    @Rule("KF-01")
    void startFindsTheProcessThatAKeyHas() {
        var factory = clerks().build();
        factory.start();

        var first = factory.start("ann");
        var second = factory.start("ann");

        assertThat(second).isEqualTo(first);
        assertThat(first.data()).isSameAs(factory.subject("ann"));
        assertThat(ProcessInfo.parentOf(first.pid())).contains(factory.name().pid().orElseThrow());
        assertThat(ProcessInfo.of(first.pid()).links())
                .containsExactly(factory.name().pid().orElseThrow());
        assertThat(lives).containsExactly(new Life("ann", "starts"));
    }

    @Test
    @Rule("KF-02")
    void aSubjectReachesTheSuccessorAndWhatIsSentMeanwhileComesInOrder() {
        var blocked = new CountDownLatch(1);
        var first = new AtomicBoolean(true);
        var factory =
                clerks(
                                key -> {
                                    if (!first.getAndSet(false)) await(blocked);
                                })
                        .build();
        factory.start();
        Subject<Message> ann = factory.subject("ann");
        Pid pid = factory.start("ann").pid();

        ann.send(new Crash("on purpose"));
        awaitEnd(pid);
        for (int i = 0; i < 100; i++) ann.send(new Note(i));
        blocked.countDown();

        assertThat(notes(ann)).hasSize(100).isSorted();
        assertThat(ann.owner()).isNotEqualTo(pid);
        eventually("it is noted", () -> child(factory, "ann").restarts() == 1);
    }

    // ---- starts

    @Test
    @Rule("KF-03")
    void aSlowKeyBlocksNoOtherAndSoManyStartAtATime() {
        var open = new CountDownLatch(1);
        Set<String> starting = ConcurrentHashMap.newKeySet();
        var most = new AtomicInteger();
        var factory =
                clerks(
                                key -> {
                                    starting.add(key);
                                    most.accumulateAndGet(starting.size(), Math::max);
                                    if (key.startsWith("slow")) await(open);
                                    starting.remove(key);
                                })
                        .parallelStarts(3)
                        .startLimit(DAY)
                        .build();
        factory.start();
        factory.subject("slow-1").send(new Note(1));
        factory.subject("slow-2").send(new Note(1));
        eventually("both start", () -> starting.size() == 2);

        for (int i = 0; i < 20; i++) factory.start("fast-" + i, SOON);
        factory.subject("slow-3").send(new Note(1));
        eventually("three start", () -> starting.size() == 3);
        factory.subject("waits").send(new Note(1));
        eventually("one waits", () -> factory.counts().waiting() == 1);

        expectCounts(factory, new KeyCounts(24, 0, 3, 1, 0));
        assertThat(state(factory, "waits")).isEqualTo(ChildInfo.State.STARTING);
        open.countDown();
        assertThat(notes(factory.subject("waits"))).containsExactly(1);
        assertThat(notes(factory.subject("slow-3"))).containsExactly(1);
        assertThat(most).hasValue(3);
        expectCounts(factory, new KeyCounts(24, 0, 0, 0, 0));
    }

    /** What the factory knows of starts comes a moment later. */
    private static void expectCounts(KeyedFactory<String, Message> factory, KeyCounts counts) {
        eventually("counts are " + counts, () -> factory.counts().equals(counts));
    }

    private static ChildInfo.State state(KeyedFactory<String, Message> factory, String key) {
        return child(factory, key).state();
    }

    private static ChildInfo child(KeyedFactory<String, Message> factory, String key) {
        return found(factory, key).orElseThrow();
    }

    private static Optional<ChildInfo> found(KeyedFactory<String, Message> factory, String key) {
        return factory.children().stream().filter(child -> child.id().equals(key)).findFirst();
    }

    @Test
    @Rule("KF-04")
    void aStartOverItsLimitIsKilledAndFails() {
        var open = new CountDownLatch(1);
        var interrupted = new CompletableFuture<String>();
        var factory =
                clerks(
                                key -> {
                                    try {
                                        open.await();
                                    } catch (InterruptedException e) {
                                        interrupted.complete(key);
                                    }
                                })
                        .startLimit(Duration.ofMillis(50))
                        .build();
        factory.start();

        CompletableFuture<List<Integer>> held = factory.subject("ann").callAsync(SOON, Read::new);
        assertThat(factory.tryStart("bob"))
                .isEqualTo(
                        new StartResult.Failed<>(
                                new StartError.InitTimeout(Duration.ofMillis(50))));

        assertThat(held)
                .failsWithin(SOON)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(CallException.NotRegistered.class)
                .withMessage(
                        "key 'ann' could not be started: initialiser did not finish within PT0.05S");
        get(interrupted);
        eventually("nothing is left", () -> factory.counts().keys() == 0);
        assertThat(factory.name().pid()).isPresent();
        open.countDown();
        assertThat(notes(factory.subject("ann"))).isEmpty();
    }

    @Test
    @Rule("KF-08")
    void aFailedStartFailsItsCallersAndDropsWhatWaitedForIt() {
        var broken = new AtomicBoolean(true);
        var factory =
                clerks(
                                key -> {
                                    if (broken.get())
                                        throw new IllegalStateException("no such " + key);
                                })
                        .build();
        factory.start();
        Subject<Message> ann = factory.subject("ann");
        for (int i = 0; i < 10; i++) {
            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> factory.start("ann"))
                    .withMessageContaining("key 'ann'")
                    .withMessageContaining("no such ann");
            assertThatExceptionOfType(CallException.NotRegistered.class)
                    .isThrownBy(() -> ann.call(SOON, Read::new))
                    .withMessageContaining("no such ann");
        }
        ann.send(new Note(1));
        assertThatExceptionOfType(CallException.NotRegistered.class)
                .isThrownBy(() -> ann.call(SOON, Read::new));

        broken.set(false);
        ann.send(new Note(2));

        assertThat(notes(ann)).containsExactly(2);
    }

    @Test
    @Rule("KF-08")
    void withABackoffMessagesWaitForAStartThatIsTriedAgain() {
        var broken = new AtomicBoolean(true);
        var factory =
                clerks(
                                key -> {
                                    if (broken.get())
                                        throw new IllegalStateException("no database");
                                })
                        .backoff(Backoff.fixed(Duration.ofMillis(1)))
                        .restartTolerance(1_000_000, DAY)
                        .build();
        factory.start();
        Subject<Message> ann = factory.subject("ann");
        ann.send(new Note(1));
        ann.send(new Note(2));
        eventually(
                "it is tried again",
                () -> found(factory, "ann").map(ChildInfo::lastFailure).isPresent());

        broken.set(false);

        assertThat(notes(ann)).containsExactly(1, 2);
    }

    @Test
    @Rule("KF-08")
    void aTemplateThatThrowsFailsTheStartOnly() {
        KeyedFactory<String, Message> factory =
                KeyedFactory.<String, Message>of(
                                key -> {
                                    if (key.equals("bad")) throw new java.io.IOException("unknown");
                                    return StatefulActor.of(() -> new Clerk(key, lives::add));
                                })
                        .build();
        factory.start();

        assertThatThrownBy(() -> factory.start("bad"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("unknown");
        assertThat(notes(factory.subject("good"))).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway") // that is the point
    void aTemplateThatReturnsNothingIsToldOfWithItsKey() {
        KeyedFactory<String, Message> factory =
                KeyedFactory.<String, Message>of(key -> null).build();
        Pid pid = factory.start().pid();

        assertThatThrownBy(() -> factory.start("ann"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(
                        "the template of %s returned null for key 'ann'".formatted(pid));
    }

    @Test
    void aFactoryRefusesMoreKeysThanItMayHave() {
        var factory = clerks().maxChildren(1).build();
        factory.start();
        factory.start("ann");

        assertThat(factory.tryStart("bob"))
                .isEqualTo(new StartResult.Failed<>(new StartError.MaxChildren(1, 1)));
        assertThatExceptionOfType(CallException.NotRegistered.class)
                .isThrownBy(() -> factory.subject("bob").call(SOON, Read::new))
                .withMessageContaining("its limit is 1");
        factory.stop("ann");
        assertThat(notes(factory.subject("bob"))).isEmpty();
    }

    // ---- failures

    @Test
    @Rule("KF-06")
    void aKeyThatFailsTooOftenIsLeftDownAndNoOtherIsDisturbed() {
        var factory = clerks().tolerancePerKey(2, DAY).build();
        factory.start();
        Pid bob = factory.start("bob").pid();
        Subject<Message> ann = factory.subject("ann");
        for (int i = 0; i < 3; i++) {
            Pid pid = factory.start("ann").pid();
            ann.send(new Crash("number " + i));
            awaitEnd(pid);
        }
        eventually("it is left down", () -> factory.counts().failed() == 1);

        assertThat(factory.tryStart("ann")) // answered when senders are refused, too
                .isInstanceOf(StartResult.Failed.class);
        assertThatExceptionOfType(CallException.NotRegistered.class)
                .isThrownBy(() -> ann.call(SOON, Read::new))
                .withMessageContaining("key 'ann' of ")
                .withMessageContaining("is left down: it failed more often than 2 times in PT24H")
                .withMessageContaining("number 2")
                .withMessageContaining("KeyedFactory.restart");
        assertThatExceptionOfType(NotRegisteredException.class)
                .isThrownBy(() -> ann.send(new Note(1)));
        assertThat(state(factory, "ann")).isEqualTo(ChildInfo.State.FAILED);
        assertThat(factory.keys()).containsExactlyInAnyOrder("ann", "bob");
        assertThat(factory.find("bob")).contains(bob);

        assertThat(factory.restart("ann").data()).isSameAs(ann);
        assertThat(notes(ann)).isEmpty();
        expectCounts(factory, new KeyCounts(2, 0, 0, 0, 0));
        Pid again = factory.find("ann").orElseThrow();
        ann.send(new Crash("it counts anew"));
        awaitEnd(again);
        assertThat(notes(ann)).isEmpty();
    }

    @Test
    @Rule("KF-06")
    void startsForMessagesThatFailCountAgainstTheKey() {
        var broken = new AtomicBoolean(true);
        var factory =
                clerks(
                                key -> {
                                    if (broken.get()) throw new IllegalStateException("broken");
                                })
                        .tolerancePerKey(2, DAY)
                        .build();
        factory.start();
        for (int i = 0; i < 3; i++) factory.tryStart("ann");

        assertThat(state(factory, "ann")).isEqualTo(ChildInfo.State.FAILED);
        broken.set(false);
        assertThat(factory.stop("ann")).isTrue();
        assertThat(notes(factory.subject("ann"))).isEmpty();
    }

    @Test
    @Rule("KF-07")
    void withoutAToleranceForEachKeyTheFailuresOfAllCount() {
        var factory = clerks().restartTolerance(1, DAY).build();
        Processes.trapExits(true);
        Pid pid = factory.start().pid();
        for (String key : List.of("ann", "bob")) {
            Pid actor = factory.start(key).pid();
            factory.subject(key).send(new Crash("broken"));
            awaitEnd(actor);
        }

        assertThat(dev.otp4j.testkit.Expect.expectExit(pid)).isEqualTo(ExitReason.SHUTDOWN);
    }

    // ---- stop, end of the factory

    @Test
    @Rule("KF-09")
    void aKeyThatWasStoppedIsStartedByTheNextMessage() {
        var factory = clerks().build();
        factory.start();
        Pid pid = factory.start("ann").pid();

        assertThat(factory.stop("ann")).isTrue();

        assertThat(Processes.isAlive(pid)).isFalse();
        assertThat(lives).containsExactly(new Life("ann", "starts"), new Life("ann", "ends"));
        assertThat(factory.stop("ann")).isFalse();
        assertThat(factory.keys()).isEmpty();
        assertThat(notes(factory.subject("ann"))).isEmpty();
    }

    @Test
    @Rule("KF-09")
    void aStartThatIsUnderWayIsStopped() {
        var open = new CountDownLatch(1);
        var factory =
                clerks(key -> dev.otp4j.testkit.Expect.awaitQuietly(open))
                        .shutdown(Duration.ofMillis(20))
                        .startLimit(DAY)
                        .build();
        factory.start();
        CompletableFuture<List<Integer>> held = factory.subject("ann").callAsync(SOON, Read::new);
        eventually("it starts", () -> factory.counts().starting() == 1);

        factory.stop("ann");

        open.countDown();
        assertThat(held).succeedsWithin(SOON); // the next process has it
        assertThat(factory.counts().starting()).isZero();
    }

    @Test
    @Rule("KF-10")
    void aRestartOfTheFactoryLosesNothingThatIsHeld() {
        var broken = new AtomicBoolean(true);
        var factory =
                clerks(
                                key -> {
                                    if (broken.get()) throw new IllegalStateException("broken");
                                })
                        .backoff(Backoff.fixed(Duration.ofHours(1)))
                        .restartTolerance(2, DAY)
                        .build();
        var tree = StaticSupervisor.oneForOne().add(factory.supervised("clerks")).start();
        Subject<Message> ann = factory.subject("ann");
        ann.send(new Note(1));
        ann.send(new Note(2));
        eventually(
                "it waits",
                () ->
                        found(factory, "ann").map(ChildInfo::state).orElse(null)
                                == ChildInfo.State.RESTARTING);
        broken.set(false);

        Processes.kill(factory.name().pid().orElseThrow());

        assertThat(notes(ann)).containsExactly(1, 2);
        assertThat(Processes.isAlive(tree.pid())).isTrue();
    }

    @Test
    @Rule("KF-10")
    void theEndOfTheFactoryEndsAllAndFailsCallsAtOnce() {
        var factory = clerks().build();
        var tree = StaticSupervisor.oneForOne().add(factory.supervised("clerks")).start().data();
        Pid ann = factory.start("ann").pid();
        Subject<Message> bob = factory.subject("bob");

        tree.terminateChild("clerks");

        assertThat(Processes.isAlive(ann)).isFalse();
        assertThatExceptionOfType(CallException.NotRegistered.class)
                .isThrownBy(() -> bob.call(SOON, Read::new))
                .withMessageContaining("will not be started again");
        assertThatExceptionOfType(NotRegisteredException.class)
                .isThrownBy(() -> bob.send(new Note(1)));
        tree.restartChild("clerks");
        assertThat(notes(bob)).isEmpty();
    }

    @Test
    @Rule("KF-10")
    void aFactoryThatIsNotStartedYetHoldsMessages() {
        var factory = clerks().build();
        factory.subject("ann").send(new Note(1));

        factory.start();

        assertThat(notes(factory.subject("ann"))).containsExactly(1);
    }

    @Test
    @Rule("KF-10")
    void whatWaitsForAFactoryThatIsGivenUpIsDroppedAndLaterCallsFailAtOnce() {
        var factory = clerks().build();
        Subject<Message> ann = factory.subject("ann");
        ann.send(new Note(1));
        CompletableFuture<List<Integer>> held = ann.callAsync(DAY, Read::new);

        factory.name().abandon("it is given up");

        assertThat(held).failsWithin(SOON).withThrowableThat().withMessageContaining("given up");
        assertThatExceptionOfType(CallException.NotRegistered.class)
                .isThrownBy(() -> ann.call(SOON, Read::new))
                .withMessageContaining("it is given up");
        factory.start();
        assertThat(notes(ann)).isEmpty();
    }

    /** Why a key that waits for its restart may be started by the next message instead. */
    private enum CalledOff {
        STOPPED,
        FACTORY_RESTARTED
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"KF-09", "KF-10"})
    void callsFailNoLongerThanTheirKeyWaitsForItsRestart(CalledOff how) {
        var slow = Backoff.fixed(Duration.ofHours(1)).callsFailFast(true);
        var factory = clerks().tolerancePerKey(5, DAY).backoff(slow).build();
        StaticSupervisor.oneForOne().add(factory.supervised("clerks")).start();
        Pid pid = factory.start("ann").pid();
        Subject<Message> ann = factory.subject("ann");
        ann.send(new Crash("once"));
        awaitEnd(pid);
        eventually("it waits", () -> state(factory, "ann") == ChildInfo.State.RESTARTING);
        assertThatExceptionOfType(CallException.Restarting.class)
                .isThrownBy(() -> ann.call(SOON, Read::new));

        if (how == CalledOff.STOPPED) {
            factory.stop("ann");
        } else {
            Pid before = factory.name().pid().orElseThrow();
            Processes.kill(before);
            eventually(
                    "it runs again",
                    () -> factory.name().pid().filter(now -> !now.equals(before)).isPresent());
            factory.start("bob");
        }

        assertThat(notes(ann)).isEmpty();
    }

    // ---- what is shown

    @Test
    @Rule("KF-11")
    void keysAreShownByTheirTexts() {
        var factory = clerks().build();
        StaticSupervisor.oneForOne().add(factory.supervised("clerks")).start();
        for (String key : List.of("ann", "a/b%", "", "new\nline", "x".repeat(300))) {
            factory.start(key);
        }

        assertThat(factory.children())
                .extracting(ChildInfo::id)
                .contains("ann", "a%2Fb%25", "%20", "new%0Aline")
                .allMatch(id -> id.length() < 200);
        Pid hostile = factory.find("a/b%").orElseThrow();
        assertThat(ProcessInfo.pathOf(hostile).orElseThrow()).endsWith("/clerks/a%2Fb%25");
        assertThat(factory.subject("ann")).hasToString("Subject[/clerks/ann]");
    }

    @Test
    @Rule("KF-12")
    void settingsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(
                        () ->
                                clerks().named("clerks")
                                        .tolerancePerKey(1, DAY)
                                        .restartTolerance(3, DAY)
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "keyed factory 'clerks' has 'restartTolerance' (3 in PT24H) and 'tolerancePerKey' (1 in PT24H), but only one of them can apply: remove one");
        assertThatThrownBy(
                        () ->
                                clerks().tolerancePerKey(2, Duration.ofSeconds(5))
                                        .backoff(Backoff.fixed(Duration.ofSeconds(10)))
                                        .build())
                .hasMessageContaining("would never give up");
        assertThatThrownBy(() -> clerks().parallelStarts(0))
                .hasMessage("'most' must be positive: 0");
        assertThatThrownBy(() -> clerks().passivateAfter(Duration.ZERO))
                .hasMessage("'idle' must be positive: PT0S");
        assertThatThrownBy(() -> clerks().startLimit(Duration.ofSeconds(-1)))
                .hasMessage("'limit' must be positive: PT-1S");
    }

    @Test
    void whatIsNotHeldStartsNothing() {
        var factory = clerks().whileVacant(Vacancy.failing("start it first")).build();
        factory.start();

        assertThatThrownBy(() -> factory.subject("ann").send(new Note(1)))
                .isInstanceOf(NotRegisteredException.class)
                .hasMessage("start it first");
        factory.start("ann").data().send(new Note(2));
        assertThat(notes(factory.subject("ann"))).containsExactly(2);
    }

    @Test
    @Rule("CL-09")
    void theActorsOfAllKeysShareOneLimit() {
        ConcurrencyLimit limit = ConcurrencyLimit.of("db", 2);
        var factory = clerks().concurrency(limit).build();
        factory.start();
        for (String key : List.of("ann", "bob")) {
            Pid clerk = factory.start(key).pid();
            assertThat(ProcessInfo.permitOf(clerk).orElseThrow().limit()).isSameAs(limit);
        }
    }

    @Test
    @Rule("KF-01")
    void aKeyThatNothingRefersToIsForgotten() {
        var factory = clerks().build();
        factory.start();
        for (int i = 0; i < 100; i++) {
            factory.start("key-" + i);
            factory.stop("key-" + i);
        }
        eventually("the factory keeps none", () -> factory.kept() == 0);

        for (int looks = 0; looks < 20 && factory.remembered() >= 10; looks++) {
            System.gc();
            Processes.sleep(Duration.ofMillis(20)); // references are enqueued a moment later
        }

        assertThat(factory.remembered()).isLessThan(10);
    }

    /** How a key that has failed may come to have no process. */
    private enum Rest {
        STOPPED,
        PASSIVATED,
        FAILED_TO_START,
        STOPPED_WHEN_LEFT_DOWN
    }

    @ParameterizedTest
    @EnumSource
    @Rule("KF-01")
    void theFactoryKeepsAKeyNoLongerThanItsFailuresCount(Rest rest) {
        Duration period = Duration.ofMinutes(1);
        VirtualTime.run(
                () -> {
                    var broken = new AtomicBoolean();
                    var factory =
                            clerks(
                                            key -> {
                                                if (broken.get())
                                                    throw new IllegalStateException("broken");
                                            })
                                    .tolerancePerKey(
                                            rest == Rest.STOPPED_WHEN_LEFT_DOWN ? 0 : 2, period)
                                    .passivateAfter(Duration.ofSeconds(4))
                                    .build();
                    factory.start();
                    Pid pid = factory.start("ann").pid();
                    factory.subject("ann").send(new Crash("once"));
                    Processes.sleep(Duration.ofSeconds(1));
                    assertThat(Processes.isAlive(pid)).isFalse();
                    switch (rest) {
                        case STOPPED, STOPPED_WHEN_LEFT_DOWN ->
                                assertThat(factory.stop("ann")).isTrue();
                        case PASSIVATED -> Processes.sleep(Duration.ofSeconds(10));
                        case FAILED_TO_START -> {
                            factory.stop("ann");
                            broken.set(true);
                            assertThat(factory.tryStart("ann"))
                                    .isInstanceOf(StartResult.Failed.class);
                        }
                    }
                    assertThat(factory.keys()).isEmpty();
                    Processes.sleep(period.plusSeconds(5));

                    assertThat(factory.kept()).isZero();
                });
    }
}

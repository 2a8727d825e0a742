/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The instant between the decision of a death and the thread that tells of its end: what points to
 * the process is void already.
 */
class DerivedFromDeathTests {
    private static final Duration HOUR = Duration.ofHours(1);

    private final ProcessRuntime runtime = ProcessRuntime.builder().name("instant").build();

    private ProcessCell process() {
        return new ProcessCell(runtime, runtime.port, null, null, true, null);
    }

    private static void decide(ProcessCell cell) {
        assertThat(cell.decide(ExitReason.KILLED)).isTrue();
    }

    @Test
    @Rule({"K-02", "R-05", "P-30"})
    void itsNameIsVacantAndCanBeTaken() {
        Name<String> name = Name.create(runtime, "n", Vacancy.holding(10));
        ProcessCell dead = process();
        assertThat(name.register(dead, true)).isEqualTo(Name.Registration.DONE);
        decide(dead);

        assertThat(name.pid()).isEmpty();
        name.subject().send("held, not lost with the dead");
        assertThat(name.heldCount()).isEqualTo(1);
        ProcessCell successor = process();
        assertThat(name.register(successor, true)).isEqualTo(Name.Registration.DONE);
        assertThat(successor.depth()).isEqualTo(1);
    }

    @Test
    @Rule("R-05")
    void whoHasEndedSinceANameWasFoundTakenIsNoObstacle() {
        Name<String> name = Name.create(runtime, "n");
        ProcessCell holder = process();
        name.register(holder, true);
        assertThat(name.register(process(), false)).isEqualTo(Name.Registration.TAKEN);
        assertThat(name.obstacle()).isInstanceOf(Name.Obstacle.Holder.class);
        decide(holder);

        assertThat(name.obstacle()).isInstanceOf(Name.Obstacle.Ended.class);
        assertThat(name.register(process(), false)).isEqualTo(Name.Registration.DONE);
    }

    @Test
    @Rule({"C-05", "K-05"})
    void aReplyToItsCallerIsRefused() {
        ProcessCell callee = process();
        var cell = new ReplySubject<String>(runtime, runtime.pid(), Long.MAX_VALUE);
        cell.aim(callee);
        decide(callee);

        assertThat(cell.trySend("late")).isEqualTo(Subject.Sent.CLOSED);
        assertThat(cell.outcome()).isNull();
    }

    @Test
    @Rule({"P-19", "K-01"})
    void noLinkToItIsMade() {
        ProcessCell self = process();
        ProcessCell dead = process();
        decide(dead);

        assertThat(Links.connect(self, dead)).isSameAs(dead);
        assertThat(self.linkList()).isEmpty();
        assertThat(Links.connect(dead, self)).isSameAs(dead);
    }

    @Test
    @Rule({"P-27", "K-01"})
    void aMonitorOfItFiresAtOnce() {
        ProcessCell watcher = process();
        ProcessCell dead = process();
        decide(dead);

        watcher.monitor(dead);

        assertThat(watcher.depth()).isEqualTo(1);
        assertThat(dead.watcherCount()).isZero();
    }

    @Test
    @Rule("K-05")
    void noEngineCallOfItBegins() {
        ProcessCell dead = process();
        decide(dead);

        assertThatExceptionOfType(ProcessExit.class)
                .isThrownBy(dead::enterCall)
                .satisfies(exit -> assertThat(exit.reason()).isEqualTo(ExitReason.KILLED));
        dead.awaitCall(); // the flag is down again, or this would not return
    }

    @Test
    @Rule({"T-10", "P-30"})
    void itsTimersAreVoid() {
        ProcessCell dead = process();
        ProcessCell other = process();
        List<Timer> timers = new ArrayList<>();
        for (Subject<String> subject : subjects(dead)) {
            timers.add(subject.sendAfter(HOUR, "late"));
            timers.add(subject.sendEvery(HOUR, "late"));
        }
        timers.add(periodic(dead, other));
        timers.add(periodic(other, dead));
        assertThat(runtime.timerCount()).isEqualTo(timers.size());
        decide(dead);

        assertThat(runtime.timerCount()).isZero();
        assertThat(timers)
                .allSatisfy(
                        timer ->
                                assertThat(timer.cancel())
                                        .isInstanceOf(Cancelled.TimerNotFound.class));
        assertThat(dead.watcherCount() + other.watcherCount()).isZero();
        assertThat(runtime.scheduler.pending()).isZero();
    }

    private static List<Subject<String>> subjects(ProcessCell owner) {
        return List.of(new LocalSubject<>(owner), new TaggedSubject<>(owner, 3));
    }

    private Timer periodic(ProcessCell setter, ProcessCell receiver) {
        var timer =
                new PeriodicSend(
                        runtime.timers,
                        HOUR.toNanos(),
                        setter,
                        receiver,
                        new LocalSubject<>(receiver),
                        "late",
                        null);
        return timer.set(null);
    }

    @Test
    @Rule({"T-10", "C-03"})
    void aReplyThatItWouldGetOrSendLaterIsVoid() {
        ProcessCell caller = process();
        ProcessCell callee = process();
        var lost = new ReplySubject<String>(runtime, caller, Long.MAX_VALUE);
        lost.aim(process());
        Timer toTheDead = lost.sendAfter(HOUR, "late");
        var open = new ReplySubject<String>(runtime, runtime.pid(), Long.MAX_VALUE);
        open.aim(callee);
        Timer ofTheDead = open.sendAfter(HOUR, "late");
        var answered = new ReplySubject<String>(runtime, runtime.pid(), Long.MAX_VALUE);
        answered.aim(process());
        Timer tooLate = answered.sendAfter(HOUR, "late");
        assertThat(runtime.timerCount()).isEqualTo(3);
        decide(caller);
        decide(callee);
        answered.send("in time");

        assertThat(runtime.timerCount()).isZero();
        for (Timer timer : List.of(toTheDead, ofTheDead, tooLate)) {
            assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerNotFound.class);
        }
    }

    @Test
    @Rule("K-01")
    void nothingIsQueuedForItAndItHasNoLinks() {
        ProcessCell dead = process();
        ProcessCell partner = process();
        dead.enqueue(new Node("queued"));
        assertThat(Links.connect(dead, partner)).isNull();
        decide(dead);

        assertThat(ProcessInfo.mailboxSize(dead)).isZero();
        ProcessInfo seen = ProcessInfo.of(dead);
        assertThat(seen.mailboxSize()).isZero();
        assertThat(seen.links()).isEmpty();
        assertThat(ProcessInfo.of(partner).links()).isEmpty();
    }

    @Test
    @Rule("K-01")
    void itsWrittenSubjectIsNotFound() {
        ProcessCell dead = process();
        Subject<String> subject = new TaggedSubject<>(dead, 1);
        SubjectReference reference = runtime.reference(subject);
        assertThat(runtime.<String>resolve(reference)).containsSame(subject);
        decide(dead);

        assertThat(runtime.<String>resolve(reference)).isEmpty();
    }

    /** As a call: the caller for which it was alive learns what it ended with. */
    @Test
    @Rule({"C-04", "Y-01"})
    void aSystemRequestFindsNoProcess() {
        ProcessCell dead = process();
        decide(dead);

        assertThatExceptionOfType(CallException.CalleeDown.class)
                .isThrownBy(() -> SystemControl.ask(dead, HOUR, control -> 1))
                .satisfies(down -> assertThat(down.reason()).isEqualTo(ExitReason.NO_PROCESS));
        assertThat(dead.watcherCount()).isZero();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.Clerk.Close;
import dev.otp4j.supervisor.Clerk.Later;
import dev.otp4j.supervisor.Clerk.Life;
import dev.otp4j.supervisor.Clerk.Message;
import dev.otp4j.supervisor.Clerk.Note;
import dev.otp4j.supervisor.Clerk.Read;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Actors of keys end when they are idle. */
@OtpTest
class PassivationTests {
    private static final Duration IDLE = Duration.ofSeconds(40);
    private static final Duration LONGEST = IDLE.plus(IDLE.dividedBy(4));
    private static final Duration TICK = Duration.ofMillis(1);

    private final LinkedBlockingQueue<Life> lives = new LinkedBlockingQueue<>();

    private KeyedFactory.Builder<String, Message> clerks(Consumer<Life> heard) {
        return KeyedFactory.<String, Message>of(
                        key -> StatefulActor.of(() -> new Clerk(key, heard)))
                .passivateAfter(IDLE);
    }

    private KeyedFactory<String, Message> running() {
        return clerks(lives::add).build().start().data();
    }

    @Test
    @Rule("KF-05")
    void anActorThatIsIdleForTheTimeEndsAndTheNextMessageStartsItAgain() {
        VirtualTime.run(
                () -> {
                    KeyedFactory<String, Message> factory = running();
                    Subject<Message> ann = factory.subject("ann");
                    Pid pid = factory.start("ann").pid();
                    Processes.sleep(IDLE.minus(TICK));
                    assertThat(Processes.isAlive(pid)).isTrue();
                    Processes.sleep(IDLE.dividedBy(4).plus(TICK.multipliedBy(2)));

                    assertThat(Processes.isAlive(pid)).isFalse();
                    assertThat(lives).containsExactly(life("starts"), life("ends"));
                    assertThat(factory.counts()).isEqualTo(new KeyCounts(0, 0, 0, 0, 1));
                    assertThat(factory.keys()).isEmpty();
                    ann.send(new Note(1));
                    assertThat(ann.call(SOON, Read::new)).containsExactly(1);
                    assertThat(factory.subject("ann")).isSameAs(ann);
                });
    }

    private static Life life(String what) {
        return new Life("ann", what);
    }

    @Test
    @Rule("KF-05")
    void eachMessageBeginsTheTimeAnew() {
        VirtualTime.run(
                () -> {
                    KeyedFactory<String, Message> factory = running();
                    Subject<Message> ann = factory.subject("ann");
                    Pid pid = factory.start("ann").pid();
                    for (int i = 0; i < 10; i++) {
                        Processes.sleep(IDLE.minus(TICK));
                        ann.send(new Note(i));
                    }

                    assertThat(Processes.isAlive(pid)).isTrue();
                    assertThat(ann.call(SOON, Read::new)).hasSize(10);
                });
    }

    @Test
    @Rule("KF-05")
    void anActorThatOwesAReplyOrIsSuspendedGoesOn() {
        VirtualTime.run(
                () -> {
                    KeyedFactory<String, Message> factory = running();
                    Subject<Message> ann = factory.subject("ann");
                    Pid pid = factory.start("ann").pid();
                    CompletableFuture<String> later = ann.callAsync(Duration.ofDays(1), Later::new);
                    Processes.sleep(LONGEST.multipliedBy(3));
                    assertThat(Processes.isAlive(pid)).isTrue();
                    ann.send(new Close());
                    Processes.sleep(TICK);
                    assertThat(later).isCompletedWithValue("later");

                    Pid again = factory.start("ann").pid();
                    Sys.suspend(again);
                    ann.send(new Note(1));
                    Processes.sleep(LONGEST.multipliedBy(3));
                    assertThat(Processes.isAlive(again)).isTrue();
                    Sys.resume(again);
                    assertThat(ann.call(SOON, Read::new)).containsExactly(1);
                });
    }

    @Test
    @Rule("KF-05")
    void whatComesWhileItEndsIsHeldAndStartsItAgain() {
        var ends = new CountDownLatch(1);
        var sent = new CountDownLatch(1);
        var factory =
                clerks(
                                life -> {
                                    if (!life.what().equals("ends")) return;
                                    ends.countDown();
                                    await(sent);
                                })
                        .passivateAfter(Duration.ofMillis(4))
                        .build();
        factory.start();
        Subject<Message> ann = factory.subject("ann");
        Pid pid = factory.start("ann").pid();
        await(ends);
        CompletableFuture<List<Integer>> read;
        try {
            ann.send(new Note(1));
            ann.send(new Note(2));
            read = ann.callAsync(SOON, Read::new);
            assertThat(Processes.isAlive(pid)).isTrue();
            assertThat(ann.name().orElseThrow().heldCount()).isEqualTo(3);
        } finally {
            sent.countDown();
        }

        assertThat(read).succeedsWithin(SOON);
        assertThat(read.join()).containsExactly(1, 2);
    }

    @Test
    @Rule("KF-05")
    void aLastActThatDoesNotEndIsKilledAfterTheTimeForAStop() {
        var ends = new CountDownLatch(1);
        var stuck = new CountDownLatch(1);
        var first = new java.util.concurrent.atomic.AtomicBoolean(true);
        var factory =
                clerks(
                                life -> {
                                    if (!life.what().equals("ends") || !first.getAndSet(false)) {
                                        return;
                                    }
                                    ends.countDown();
                                    dev.otp4j.testkit.Expect.awaitQuietly(stuck);
                                })
                        .passivateAfter(Duration.ofMillis(4))
                        .shutdown(Duration.ofMillis(20))
                        .build();
        factory.start();
        factory.start("ann");
        await(ends);

        factory.subject("ann").send(new Note(1));

        assertThat(factory.subject("ann").call(SOON, Read::new)).containsExactly(1);
        stuck.countDown();
    }
}

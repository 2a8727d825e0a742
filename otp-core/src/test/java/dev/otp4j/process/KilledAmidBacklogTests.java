/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Started;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * An actor that ends while messages stand in its runner's hands, taken out of the mailbox and not
 * handled yet: it does not look into the mailbox before it handles the next of them, so that the
 * end has to be seen elsewhere.
 */
@OtpTest
class KilledAmidBacklogTests {
    private static final int TAKEN = 20;

    private final CountDownLatch queued = new CountDownLatch(1);
    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

    /** Handles "first" when all others are queued, so that it takes them with one step. */
    private Started<Subject<String>> withBacklog(Runnable second) {
        Started<Subject<String>> actor =
                Actors.<String>handling(
                                message -> {
                                    handled.incrementAndGet();
                                    if (message.equals("first")) stubbornly(queued);
                                    if (message.equals("second")) {
                                        thread.set(Thread.currentThread());
                                        second.run();
                                    }
                                })
                        .start();
        Processes.unlink(actor.pid());
        actor.data().send("first");
        actor.data().send("second");
        for (int i = 0; i < TAKEN; i++) actor.data().send("more");
        return actor;
    }

    private void awaitThreadsEnd() throws InterruptedException {
        Thread ran = thread.get();
        assertThat(ran).isNotNull();
        assertThat(ran.join(SOON)).as("its thread ended").isTrue();
    }

    @Test
    @Rule({"P-33", "P-34", "K-01"})
    void handlesNoMoreOfWhatItHasTakenWhenItIsKilledFromOutside() throws Exception {
        var release = new CountDownLatch(1);
        var stuck = new CountDownLatch(1);
        Started<Subject<String>> actor =
                withBacklog(
                        () -> {
                            stuck.countDown();
                            stubbornly(release);
                        });
        Monitor monitor = Processes.monitor(actor.pid());
        queued.countDown();
        stubbornly(stuck);
        assertThat(ProcessInfo.mailboxSize(actor.pid())).isEqualTo(TAKEN);

        Processes.kill(actor.pid());
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        release.countDown();

        awaitThreadsEnd();
        assertThat(handled).hasValue(2);
    }

    @Test
    @Rule({"P-33", "K-01"})
    void handlesNoMoreOfWhatItHasTakenWhenItKillsItself() throws Exception {
        Started<Subject<String>> actor =
                withBacklog(
                        () -> {
                            try {
                                Processes.kill(Processes.self());
                            } catch (Throwable swallowed) {
                                // goes on as if nothing had happened
                            }
                        });
        Monitor monitor = Processes.monitor(actor.pid());
        queued.countDown();

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        awaitThreadsEnd();
        assertThat(handled).hasValue(2);
    }

    @Test
    @Rule({"P-33", "K-09"})
    void handlesNoMoreOfWhatItHasTakenWhenALinkTakesItAlong() throws Exception {
        var release = new CountDownLatch(1);
        var stuck = new CountDownLatch(1);
        Pid partner = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
        Started<Subject<String>> actor =
                withBacklog(
                        () -> {
                            Processes.link(partner);
                            stuck.countDown();
                            stubbornly(release);
                        });
        Monitor monitor = Processes.monitor(actor.pid());
        queued.countDown();
        stubbornly(stuck);

        Processes.kill(partner);
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        release.countDown();

        awaitThreadsEnd();
        assertThat(handled).hasValue(2);
    }
}

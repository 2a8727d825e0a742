/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Rule;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deaths that take many along: told from a work list, never by recursion. */
@Timeout(60)
class ManyProcessesTests {
    private static final int CHAIN = 1_000_000;
    private static final int CHILDREN = 100_000;

    /** A process that waits for messages which never come, without a thread. */
    private static final class Idle extends Behavior<Object> {
        @Override
        protected Object init() {
            return this;
        }

        @Override
        protected void handle(Object message) {}
    }

    private final AtomicInteger ended = new AtomicInteger();
    private final ProcessRuntime runtime =
            ProcessRuntime.builder()
                    .name("many")
                    .listener(
                            new ProcessListener() {
                                @Override
                                public void processEnded(Pid pid, ExitReason reason) {
                                    if (reason.equals(ExitReason.KILLED)) ended.incrementAndGet();
                                }
                            })
                    .build();

    private ProcessCell idleCell() {
        var cell = new ProcessCell(runtime, runtime.port, null, null, true, new Idle());
        cell.mailbox.idle();
        return cell;
    }

    @Test
    @Rule({"P-13", "P-15"})
    void aKillTravelsDownAChainOfAMillionLinks() {
        ProcessCell first = idleCell();
        ProcessCell last = first;
        for (int i = 1; i < CHAIN; i++) {
            ProcessCell next = idleCell();
            Links.connect(last, next);
            last = next;
        }

        Processes.kill(first);

        assertThat(last.exitReason()).isEqualTo(ExitReason.KILLED);
        assertThat(ended).hasValue(CHAIN);
    }

    @Test
    @Rule({"P-13", "P-15"})
    void aKilledParentTakesAHundredThousandChildrenAlong() throws Exception {
        var all = new CountDownLatch(CHILDREN);
        Pid parent =
                Processes.run(
                        runtime,
                        () ->
                                Processes.spawnUnlinked(
                                        () -> {
                                            for (int i = 0; i < CHILDREN; i++) {
                                                Behavior.start(
                                                        new Idle(), ProcessOptions.defaults());
                                                all.countDown();
                                            }
                                            Processes.sleep(java.time.Duration.ofDays(1));
                                        }));
        assertThat(all.await(50, TimeUnit.SECONDS)).isTrue();

        Processes.kill(parent);

        assertThat(runtime.whenEnded(parent).toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo(ExitReason.KILLED);
        assertThat(ended).hasValue(CHILDREN + 1);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** Closes a context while one actor computes without end. */
@EnableAutoConfiguration
@Import({BusyCarrier.Busy.class, BusyCarrier.Client.class})
public class BusyCarrier {
    /** The time limit of the whole stop. */
    public static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

    private static final CountDownLatch COMPUTING = new CountDownLatch(1);
    private static volatile long count;

    /** Computes for ever. */
    @SupervisedActor
    static class Busy implements Actor<Integer, String> {
        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            COMPUTING.countDown();
            while (true) count++;
        }
    }

    /** Has the actor's subject. */
    record Client(Subject<String> busy) {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        ConfigurableApplicationContext context =
                new SpringApplicationBuilder(BusyCarrier.class)
                        .web(WebApplicationType.NONE)
                        .properties(
                                "spring.main.banner-mode=off",
                                "otp.supervision.shutdown-timeout="
                                        + SHUTDOWN_TIMEOUT.toSeconds()
                                        + "s",
                                "spring.lifecycle.timeout-per-shutdown-phase=6s")
                        .run();
        context.getBean(Client.class).busy().send("compute");
        COMPUTING.await();
        long begun = System.nanoTime();
        context.close();
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        Values.print("closed-after-ms", "" + millis);
        Runtime.getRuntime().halt(0);
    }
}

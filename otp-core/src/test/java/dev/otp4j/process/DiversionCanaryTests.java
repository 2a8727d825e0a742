/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.internal.threads.DiversionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Shows that this JDK needs the diversion of starts: without it, flooded actors keep a virtual
 * thread from beginning that a platform thread has started. A JDK whose scheduler serves all its
 * queues in turn makes this test fail; then the diversion can go.
 */
@Timeout(120)
class DiversionCanaryTests {
    private static final int ROUNDS = 100;
    private static final int FLOODED = 16;
    private static final Duration LATE = Duration.ofMillis(250);

    @Test
    void withoutDiversionFloodedActorsKeepAVirtualThreadFromBeginning() throws Exception {
        assertThat(run("off"))
                .as(
                        "in %d rounds each virtual thread began within %s amid flooded actors: JDK %s serves its queues in turn, unlike %s, and may need no diversion",
                        ROUNDS, LATE, Runtime.version(), DiversionSettings.FOUND_ON)
                .isEqualTo("kept waiting");
    }

    @Test
    void withDiversionItBegins() throws Exception {
        assertThat(run("on")).isEqualTo("begun");
    }

    /** In a JVM of its own with one carrier: other tests leave threads and carriers behind. */
    private static String run(String diversion) throws Exception {
        Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djdk.virtualThreadScheduler.parallelism=1",
                                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Flood.class.getName(),
                                diversion)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var output = jvm.inputReader()) {
            return output.readLine();
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Floods actors and looks whether a virtual thread begins beside them. */
    static final class Flood {
        private Flood() {}

        /** Prints what was seen. */
        public static void main(String[] arguments) throws Exception {
            boolean diversion = arguments[0].equals("on");
            boolean kept = false;
            for (int round = 0; round < (diversion ? 10 : ROUNDS) && !kept; round++) {
                kept = keepsANewcomerWaiting(diversion);
            }
            System.out.println(kept ? "kept waiting" : "begun");
            System.exit(0);
        }
    }

    private static boolean keepsANewcomerWaiting(boolean diversion) throws Exception {
        var stop = new AtomicBoolean();
        var begun = new CountDownLatch(1);
        try (var runtime = ProcessRuntime.builder().name("canary").diversion(diversion).build()) {
            flood(runtime, stop);
            Thread newcomer = Thread.ofVirtual().unstarted(begun::countDown);
            Thread starter = Thread.ofPlatform().start(newcomer::start);
            starter.join();
            Duration limit = diversion ? LATE.multipliedBy(20) : LATE;
            return !begun.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            stop.set(true);
        }
    }

    private static void flood(ProcessRuntime runtime, AtomicBoolean stop) {
        List<Subject<Integer>> flooded = new ArrayList<>();
        for (int i = 0; i < FLOODED; i++) flooded.add(resender(runtime, stop));
        for (Subject<Integer> each : flooded) {
            for (int i = 0; i < 1_000; i++) each.send(i);
        }
    }

    private static Subject<Integer> resender(ProcessRuntime runtime, AtomicBoolean stop) {
        Actor.Initializer<Subject<Integer>, Integer, Subject<Integer>> itself =
                init -> init.state(init.self()).returning(init.self());
        return Actor.withInitializer(Duration.ofSeconds(20), itself)
                .onMessage(
                        (self, message) -> {
                            if (!stop.get()) self.send(message);
                            return Next.continueWith(self);
                        })
                .runtime(runtime)
                .start()
                .data();
    }
}

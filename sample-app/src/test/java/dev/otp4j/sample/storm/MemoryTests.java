/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.sample.testkit.RawHttp;
import dev.otp4j.sample.testkit.RawHttp.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A relay with little memory, and many clients that post the largest events at the same time. */
@Timeout(180)
class MemoryTests {
    private static final int CLIENTS = 200;
    private static final int ROUNDS = 3;

    @TempDir Path folder;

    @Test
    void whatDoesNotFitIntoMemoryIsRefused() throws Exception {
        RelayProcess process = RelayProcess.start(folder, "64m");
        try {
            String body = "{\"pad\":\"" + "x".repeat(256 * 1024 - 10) + "\"}";
            String post =
                    "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body;

            List<Answer> answers = postAtOnce(process.port(), post);

            assertThat(process.isAlive()).as(process::lastLines).isTrue();
            assertThat(answers).extracting(Answer::status).containsOnly(202, 503);
            assertThat(answers)
                    .filteredOn(answer -> answer.status() == 503)
                    .isNotEmpty()
                    .allMatch(Answer::isProblem)
                    .allMatch(answer -> answer.header("retry-after").equals("1"));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> process.relay().post("/events", "{}").status() == 202);
            assertThat(process.output()).doesNotContain("OutOfMemoryError");
        } finally {
            process.kill();
        }
    }

    private static List<Answer> postAtOnce(int port, String post) throws Exception {
        List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
        var start = new CountDownLatch(1);
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.submit(
                        () -> {
                            start.await();
                            for (int n = 0; n < ROUNDS; n++) answers.addAll(answered(port, post));
                            return null;
                        });
            }
            start.countDown();
        }
        return answers;
    }

    /** No answer if the relay closes the connection while the client sends. */
    private static List<Answer> answered(int port, String post) {
        try {
            return RawHttp.send(port, post);
        } catch (IOException e) {
            return List.of();
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.test.DetectLeaks;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

@DetectLeaks
@ParameterizedClass
@EnumSource
class LedgerKillTests {
    @Parameter Kind kind;

    private static final int KILLS = 200;

    private final Semaphore acknowledged = new Semaphore(0);
    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    @Timeout(60)
    void twoHundredKillsDuringWritesLoseNothingAndLeaveTheDatabaseUsable(@TempDir Path folder)
            throws Exception {
        List<List<String>> stored;
        String url = kind.url(folder);
        try (var fixture = new LedgerFixture(url)) {
            LedgerClient client = fixture.client(Duration.ofSeconds(5));
            client.subscribe(Subscription.of(URI.create("http://localhost/"), Secret.generate()));

            stored = writeWhileKilling(fixture, client);

            String after = store(client, "after");
            assertThat(fixture.deliveries.event(after)).isPresent();
            // a restart is counted after the start of the successor, which may have answered
            // already
            await().until(() -> fixture.system.restarts() >= KILLS);
            stored.add(List.of(after));
        }
        assertThatAllAreThere(url, stored);
    }

    private List<List<String>> writeWhileKilling(LedgerFixture fixture, LedgerClient client)
            throws Exception {
        var stored = new ArrayList<List<String>>();
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Future<List<String>>>();
            for (int i = 0; i < 4; i++) results.add(writers.submit(writer(client, i)));
            kill(fixture);
            done.set(true);
            for (Future<List<String>> result : results) stored.add(result.get());
        }
        return stored;
    }

    private Callable<List<String>> writer(LedgerClient client, int number) {
        return () -> {
            var stored = new ArrayList<String>();
            while (!done.get()) {
                stored.add(store(client, number + "-" + stored.size()));
                acknowledged.release();
            }
            return stored;
        };
    }

    private void kill(LedgerFixture fixture) throws InterruptedException {
        var random = new Random(42);
        Pid last = null;
        for (int kills = 0; kills < KILLS; ) {
            // after an answer the ledger already works on the next request
            assertThat(acknowledged.tryAcquire(1 + random.nextInt(3), 10, TimeUnit.SECONDS))
                    .isTrue();
            // as the supervisor counts: a ledger that is killed in its initialiser is not a restart
            Pid pid = fixture.system.find("/ledger", 0, 1).map(TreeNode::pid).orElse(null);
            if (pid == null || pid.equals(last)) continue;
            Processes.kill(pid);
            last = pid;
            kills++;
        }
    }

    private static String store(LedgerClient client, String text) {
        byte[] body = ("{\"event\":\"" + text + "\"}").getBytes();
        return ((Stored.As) client.store(NewEvent.of(body, text))).eventId();
    }

    private static void assertThatAllAreThere(String url, List<List<String>> stored) {
        try (var database = Kind.open(url)) {
            JdbcClient jdbc = JdbcClient.create(database);
            List<String> order =
                    jdbc.sql("SELECT id FROM event ORDER BY position").query(String.class).list();

            // the events of each writer are in its order, no event is there twice, no other event
            // is there, and positions have no gap
            for (List<String> own : stored) {
                assertThat(order.stream().filter(own::contains)).containsExactlyElementsOf(own);
            }
            assertThat(order).hasSize(stored.stream().mapToInt(List::size).sum());
            assertThat(number(jdbc, "SELECT position FROM ledger_head WHERE id = 1"))
                    .isEqualTo(order.size());
            assertThat(number(jdbc, "SELECT MAX(position) FROM event")).isEqualTo(order.size());
        }
    }

    private static long number(JdbcClient jdbc, String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}

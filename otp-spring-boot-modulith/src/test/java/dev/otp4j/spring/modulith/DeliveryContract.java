/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Processes;
import dev.otp4j.spring.modulith.Instance.Board;
import dev.otp4j.spring.modulith.Instance.Entry;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** What durable delivery promises on each database. */
@Timeout(60)
abstract class DeliveryContract {
    private static final String[] QUICK = {
        "otp.durable-delivery.timeout=400ms", "otp.durable-delivery.staleness=1500ms"
    };

    private final Board board = new Board();
    private final String url = database();
    private final List<Instance> instances = new ArrayList<>();

    abstract String database();

    private Instance started(String... properties) {
        Instance instance = Instance.started(url, board, properties);
        instances.add(instance);
        return instance;
    }

    @AfterEach
    void close() {
        instances.forEach(Instance::close);
    }

    @Test
    @Rule("DD-01")
    void aCommittedEventIsHandledOnceAndItsPublicationIsCompleted() {
        Instance one = started();
        one.publish("a");
        one.publish("b");

        one.awaitAllCompleted();

        assertThat(board.begun).containsExactly("a", "b");
        assertThat(one.rows()).isEqualTo(2);
        eventually("counted", () -> one.ledger().handled() == 2);
        assertThat(one.ledger().resubmitted()).isZero();
    }

    @Test
    @Rule("DD-01")
    void thePublicationIsCompletedWhenTheActorHasHandledTheEventAndNotBefore() {
        var finish = new CountDownLatch(1);
        board.script =
                (entry, time, replyTo) -> {
                    finish.await();
                    replyTo.send(true);
                };
        Instance one = started();
        one.publish("a");
        eventually("begun", () -> board.begun.size() == 1);

        assertThat(one.incomplete()).isEqualTo(1);
        finish.countDown();

        one.awaitAllCompleted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"update", "delete", "archive"})
    @Rule("DD-01")
    void aPublicationIsCompletedAsModulithsCompletionModeSays(String mode) {
        board.script =
                (entry, time, replyTo) -> {
                    if (entry.text().equals("again") && time == 1) {
                        replyTo.fail(new IllegalStateException("not now"));
                    } else {
                        replyTo.send(true);
                    }
                };
        Instance one = started("spring.modulith.events.completion-mode=" + mode);
        one.publish("at once");
        one.publish("again");

        one.awaitAllCompleted();

        eventually("both are handled", () -> one.ledger().handled() == 2);
        assertThat(one.rows()).isEqualTo(mode.equals("update") ? 2 : 0);
        assertThat(board.begun).hasSize(3);
    }

    @Test
    void theActorRunsInTheContextOfThePublisher() {
        List<String> seen = new CopyOnWriteArrayList<>();
        board.script =
                (entry, time, replyTo) -> {
                    seen.add(entry.text() + "=" + MDC.get("order"));
                    replyTo.send(true);
                };
        Instance one = started("otp.context.propagation=true", "otp.context.mdc-keys=order");
        List<String> expected = IntStream.range(0, 20).mapToObj(n -> n + "=" + n).toList();
        for (int i = 0; i < 20; i++) {
            try (var unused = MDC.putCloseable("order", Integer.toString(i))) {
                one.publish(Integer.toString(i));
            }
        }

        one.awaitAllCompleted();

        assertThat(seen).containsExactlyElementsOf(expected);
    }

    @Test
    @Rule("DD-02")
    void whatIsRolledBackIsNeverHandled() {
        Instance one = started();
        one.transaction()
                .executeWithoutResult(
                        status -> {
                            one.context.publishEvent(Entry.of("rolled back"));
                            status.setRollbackOnly();
                        });
        one.publish("committed");

        one.awaitAllCompleted();

        assertThat(board.begun).containsExactly("committed");
        assertThat(one.rows()).isEqualTo(1);
    }

    @Test
    @Rule("DD-02")
    void aRollbackToASavepointTakesItsEventsWithIt() {
        Instance one = started();
        var nested = new TransactionTemplate(one.transaction().getTransactionManager());
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        one.transaction()
                .executeWithoutResult(
                        outer -> {
                            one.context.publishEvent(Entry.of("before"));
                            nested.executeWithoutResult(
                                    inner -> {
                                        one.context.publishEvent(Entry.of("inside"));
                                        inner.setRollbackOnly();
                                    });
                            one.context.publishEvent(Entry.of("after"));
                        });

        one.awaitAllCompleted();

        assertThat(board.begun).containsExactly("before", "after");
        assertThat(one.rows()).isEqualTo(2);
    }

    @Test
    @Rule("DD-01")
    void withoutATransactionTheEventIsStoredAndHandledAtOnce() {
        Instance one = started();
        one.context.publishEvent(Entry.of("a"));

        eventually("handled", () -> board.begun.equals(List.of("a")));
        one.awaitAllCompleted();
        assertThat(one.rows()).isEqualTo(1);
    }

    @Test
    @Rule("DD-04")
    void anEventIsTriedAgainWhenItsActorHasCrashed() {
        board.script =
                (entry, time, replyTo) -> {
                    if (time < 3) throw new IllegalStateException("crash " + time);
                    replyTo.send(true);
                };
        Instance one = started();
        one.publish("a");

        one.awaitAllCompleted();

        assertThat(board.begun).containsExactly("a", "a", "a");
        eventually("counted", () -> one.ledger().handled() == 1);
        assertThat(one.ledger().failed()).isEqualTo(2);
        assertThat(one.ledger().lastFailure()).endsWith("CallException$CalleeDown");
    }

    @Test
    @Rule("DD-04")
    void anEventIsTriedAgainWhenItsActorRepliesWithAFailure() {
        board.script =
                (entry, time, replyTo) -> {
                    if (time == 1) replyTo.fail(new IllegalArgumentException("not now"));
                    else replyTo.send(true);
                };
        Instance one = started();
        one.publish("a");

        one.awaitAllCompleted();

        assertThat(board.begun).containsExactly("a", "a");
        assertThat(one.ledger().lastFailure()).isEqualTo("java.lang.IllegalArgumentException");
    }

    @Test
    @Rule("DD-04")
    void anEventIsTriedAgainWhenItsActorIsLate() {
        board.script =
                (entry, time, replyTo) -> {
                    if (time > 1) replyTo.send(true); // the first time it never replies
                };
        Instance one = started(QUICK);
        one.publish("a");

        one.awaitAllCompleted();

        assertThat(board.begun).hasSizeGreaterThan(1).containsOnly("a");
        assertThat(one.ledger().lastFailure()).endsWith("CallException$TimedOut");
    }

    @Test
    @Rule("DD-05")
    void anAttemptThatIsLostIsMadeAgainWhenItIsStale() {
        var hold = new CountDownLatch(1);
        board.script =
                (entry, time, replyTo) -> {
                    if (entry.text().equals("first") && time == 1) hold.await();
                    replyTo.send(true);
                };
        Instance one = started(QUICK);
        one.publish("first");
        one.publish("second"); // waits in the dispatcher
        eventually("begun", () -> board.begun.size() == 1);

        kill(one, "/durable-delivery/ledger/dispatcher");
        hold.countDown();

        one.awaitAllCompleted();
        assertThat(board.begun).contains("first", "second");
        assertThat(one.ledger().resubmitted()).isPositive();
    }

    private static void kill(Instance instance, String path) {
        var tree = instance.context.getBean(OtpSystem.class);
        Processes.kill(Objects.requireNonNull(tree.find(path, 0, 1).orElseThrow().pid()));
    }

    @Test
    @Rule("DD-07")
    void whatFailsAsOftenAsIsTriedIsShownAndCanBeResubmitted() {
        board.script =
                (entry, time, replyTo) -> {
                    if (time <= 3) throw new IllegalStateException("crash " + time);
                    replyTo.send(true);
                };
        Instance one = started("otp.durable-delivery.max-attempts=3");
        Entry entry = one.publish("a");
        eventually("given up", () -> one.ledger().givenUp() == 1);

        GivenUp shown = one.delivery().givenUp("ledger", 10).getFirst();
        assertThat(shown.eventId()).isEqualTo(entry.id().toString());
        assertThat(shown.attempts()).isEqualTo(3);
        assertThat(shown.type()).isEqualTo(Entry.class.getName());
        assertThat(shown.lastAttempt()).isAfterOrEqualTo(shown.published());
        assertThat(one.delivery().resubmit(UUID.randomUUID())).isFalse();
        assertThat(board.begun).hasSize(3);

        assertThat(one.delivery().resubmit(shown.publication())).isTrue();

        one.awaitAllCompleted();
        assertThat(board.begun).hasSize(4);
        assertThat(one.delivery().givenUp("ledger", 10)).isEmpty();
        assertThat(one.delivery().resubmit(shown.publication())).isFalse();
    }

    @Test
    @Rule("DD-03")
    void noConnectionIsHeldWhileTheActorWorks() {
        var finish = new CountDownLatch(1);
        board.script =
                (entry, time, replyTo) -> {
                    finish.await();
                    replyTo.send(true);
                };
        started().close(); // the creation of the table needs two connections
        Instance one =
                started(
                        "spring.modulith.events.jdbc.schema-initialization.enabled=false",
                        "spring.datasource.hikari.maximum-pool-size=1",
                        "spring.datasource.hikari.connection-timeout=5000",
                        "otp.durable-delivery.poll-interval=1h");
        IntStream.range(0, 5).forEach(n -> one.publish("event " + n));
        eventually("begun", () -> board.begun.size() == 1);

        var pool = one.context.getBean(HikariDataSource.class).getHikariPoolMXBean();
        assertThat(pool.getActiveConnections()).isZero();
        assertThat(one.incomplete()).as("the only connection is free").isEqualTo(5);
        finish.countDown();

        one.awaitAllCompleted();
    }

    @Test
    @Rule("DD-06")
    void twoInstancesDoNotTryTheSamePublicationTwiceAtATime() {
        board.script =
                (entry, time, replyTo) -> {
                    if (time == 1) replyTo.fail(new IllegalStateException("not now"));
                    else replyTo.send(true);
                };
        Instance one = started("otp.durable-delivery.delay=200ms");
        started("otp.durable-delivery.delay=200ms");
        started("otp.durable-delivery.delay=200ms");
        for (int i = 0; i < 60; i++) one.publish("event " + i);

        one.awaitAllCompleted();

        assertThat(board.begun).as("each failed once and was handled once").hasSize(120);
        long resubmitted =
                instances.stream().mapToLong(instance -> instance.ledger().resubmitted()).sum();
        assertThat(resubmitted).isEqualTo(60);
    }

    @Test
    @Rule("DD-08")
    void firstAttemptsComeInTheOrderOfTheCommits() {
        Instance one = started();
        List<String> sent = IntStream.range(0, 100).mapToObj(n -> "event " + n).toList();
        sent.forEach(one::publish);

        one.awaitAllCompleted();

        assertThat(board.begun).containsExactlyElementsOf(sent);
    }

    @Test
    @Rule("DD-09")
    void anEventWithoutAnIdIsRefusedBeforeItIsCommitted() {
        Instance one = started();

        assertThatThrownBy(
                        () ->
                                one.transaction()
                                        .executeWithoutResult(
                                                status ->
                                                        one.context.publishEvent(
                                                                new Entry(null, "x"))))
                .hasMessage(
                        "an event for the durable target 'ledger' must have an id: "
                                + Entry.class.getName());
        assertThat(one.rows()).isZero();
    }

    @Test
    @Rule("DD-09")
    void eventsThatDifferInTheirIdsOnlyDoNotCompleteEachOther() {
        board.script =
                (entry, time, replyTo) -> {
                    if (board.begun.size() != 1) replyTo.send(true); // the first one never replies
                };
        Instance one =
                started("otp.durable-delivery.timeout=2s", "otp.durable-delivery.poll-interval=1h");
        one.publish("same");
        one.publish("same");

        eventually("the second one is handled", () -> one.ledger().handled() == 1);
        assertThat(one.incomplete()).isEqualTo(1);
    }

    @Test
    @Rule("DD-10")
    void aTransactionOutlastedByStalenessIsStillHandled() {
        Instance one = started(QUICK);
        one.transaction()
                .executeWithoutResult(
                        status -> {
                            one.context.publishEvent(Entry.of("slow"));
                            long until = System.nanoTime() + 1_600_000_000L;
                            while (System.nanoTime() < until) LockSupport.parkNanos(1_000_000);
                        });

        one.awaitAllCompleted();
        assertThat(board.begun).containsOnly("slow");
        assertThat(one.ledger().leftToLater()).isEqualTo(1);
    }

    @Test
    @Rule("DD-04")
    void anEventThatCannotBeReadAnyMoreIsGivenUpAndDisturbsNoOther() {
        Instance one =
                started(
                        "otp.durable-delivery.max-attempts=3",
                        "otp.durable-delivery.delay=500ms",
                        "otp.durable-delivery.max-delay=500ms");
        board.script = (entry, time, replyTo) -> replyTo.fail(new IllegalStateException("no"));
        one.publish("a");
        eventually("failed", () -> one.ledger().failed() >= 1);
        one.jdbc().update("UPDATE EVENT_PUBLICATION SET SERIALIZED_EVENT = 'no json'");
        board.script = (entry, time, replyTo) -> replyTo.send(true);
        one.publish("b");

        eventually("given up", () -> one.ledger().givenUp() == 1);
        eventually("b is completed", () -> one.incomplete() == 1);
        GivenUp shown = one.delivery().givenUp("ledger", 10).getFirst();
        assertThat(shown.eventId()).isNull();
        assertThat(one.delivery().resubmitAll("ledger")).isEqualTo(1);
    }

    @Test
    @Rule("DD-04")
    void anAttemptThatIsNotMadeDoesNotCount() {
        board.script =
                (entry, time, replyTo) -> {
                    work(100);
                    replyTo.send(true);
                };
        Instance one =
                started(
                        "otp.durable-delivery.timeout=400ms",
                        "otp.durable-delivery.staleness=1500ms",
                        "otp.durable-delivery.max-attempts=2");
        IntStream.range(0, 40).forEach(n -> one.publish("event " + n));

        eventually(
                "all are handled, or given up",
                () -> one.incomplete() == one.ledger().givenUp() && one.ledger().waiting() == 0);

        assertThat(one.ledger().leftToLater()).as("some had to wait for too long").isPositive();
        assertThat(board.begun).hasSize(40);
        assertThat(one.incomplete()).isZero();
    }

    private static void work(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < until) LockSupport.parkNanos(1_000_000);
    }

    @Test
    @Rule("DD-09")
    void anEventWithoutAnIdIsNotHandledIfItsRefusalIsIgnored() {
        Instance one = started("otp.durable-delivery.max-attempts=2", QUICK[0], QUICK[1]);
        one.transaction()
                .executeWithoutResult(
                        status ->
                                assertThatThrownBy(
                                                () ->
                                                        one.context.publishEvent(
                                                                new Entry(null, "caught")))
                                        .isInstanceOf(IllegalStateException.class));
        assertThatThrownBy(() -> one.context.publishEvent(new Entry(null, "no transaction")))
                .isInstanceOf(IllegalStateException.class);
        one.publish("with an id");

        eventually("both are given up", () -> one.ledger().givenUp() == 2);
        assertThat(board.begun).containsExactly("with an id");
        assertThat(one.delivery().givenUp("ledger", 10)).hasSize(2);
    }

    @Test
    @Rule("DD-08")
    void aDispatcherThatWasRestartedStillSendsOneEventAtATime() {
        var hold = new CountDownLatch(1);
        board.script =
                (entry, time, replyTo) -> {
                    if (entry.text().equals("first")) hold.await();
                    if (entry.text().equals("first")) replyTo.send(true); // the others never reply
                };
        Instance one = started("otp.durable-delivery.poll-interval=1h");
        one.publish("first");
        eventually("begun", () -> board.begun.size() == 1);
        kill(one, "/durable-delivery/ledger/dispatcher");
        eventually("restarted", () -> one.ledger().waiting() == 0);
        hold.countDown();
        eventually("the outcome is stored", () -> one.incomplete() == 0);
        eventually("counted", () -> one.ledger().handled() == 1);

        one.publish("second");
        one.publish("third");

        eventually("the second one is sent", () -> board.begun.contains("second"));
        eventually("both have come", () -> one.ledger().waiting() == 2);
        assertThat(board.begun).containsExactly("first", "second");
    }

    @Test
    @Rule("DD-11")
    void whatHasNotBeenSentAtAStopInOrderIsSentByAnotherInstanceAtOnce() {
        var hold = new CountDownLatch(1);
        board.script =
                (entry, time, replyTo) -> {
                    if (board.begun.size() == 1) hold.await();
                    replyTo.send(true);
                };
        Instance one = started();
        IntStream.range(0, 3).forEach(n -> one.publish("event " + n));
        eventually("one is sent", () -> board.begun.size() == 1);

        one.close();
        Instance two = started();

        two.awaitAllCompleted(); // long before an attempt is stale
        assertThat(board.begun).contains("event 0", "event 1", "event 2");
    }

    @Test
    @Rule("DD-11")
    void aStopInOrderGivesBackWhatWaitsForItsNextAttempt() {
        board.script = (entry, time, replyTo) -> replyTo.fail(new IllegalStateException("no"));
        Instance one =
                started("otp.durable-delivery.delay=1s", "otp.durable-delivery.max-delay=1s");
        IntStream.range(0, 5).forEach(n -> one.publish("event " + n));
        eventually("all have failed", () -> one.ledger().failed() == 5);
        var hold = new CountDownLatch(1);
        board.script =
                (entry, time, replyTo) -> {
                    hold.await();
                    replyTo.send(true);
                };
        eventually("all are claimed", () -> one.ledger().resubmitted() == 5);
        eventually("one is sent", () -> board.begun.size() == 6);

        one.close();

        Instance two = started("otp.durable-delivery.poll-interval=1h");
        String asBefore =
                "SELECT COUNT(*) FROM EVENT_PUBLICATION WHERE STATUS = 'FAILED' AND COMPLETION_ATTEMPTS = 1";
        assertThat(two.jdbc().queryForObject(asBefore, Long.class))
                .as("all but the one that was sent")
                .isEqualTo(4);
        assertThat(board.begun).hasSize(6);
    }

    @Test
    @Rule("DD-11")
    void aStopInOrderStoresTheOutcomesOfWhatIsHandled() {
        var finish = new CountDownLatch(1);
        board.script =
                (entry, time, replyTo) -> {
                    finish.await();
                    replyTo.send(true);
                };
        Instance one = started();
        one.publish("a");
        eventually("begun", () -> board.begun.size() == 1);

        Thread stopping = Thread.startVirtualThread(one::close);
        finish.countDown();
        Expect.outside(() -> join(stopping));

        Instance two = started();
        assertThat(two.incomplete()).isZero();
        assertThat(board.begun).containsExactly("a");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

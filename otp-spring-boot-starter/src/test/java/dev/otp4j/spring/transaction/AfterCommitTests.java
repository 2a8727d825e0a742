/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.MessageContext;
import dev.otp4j.process.Name;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.test.OtpExtension;
import dev.otp4j.test.Probe;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Messages are sent when the transaction commits, on a real database with savepoints. */
@ExtendWith({OtpExtension.class, OutputCaptureExtension.class})
@Timeout(60)
class AfterCommitTests {
    private final DriverManagerDataSource database =
            new DriverManagerDataSource("jdbc:h2:mem:after-commit;DB_CLOSE_DELAY=-1");
    private final JdbcTemplate jdbc = new JdbcTemplate(database);
    private final DataSourceTransactionManager manager = new DataSourceTransactionManager(database);
    private final TransactionTemplate transaction = new TransactionTemplate(manager);
    private final Probe<String> probe = Probe.create();
    private final Subject<String> receiver = probe;
    private final ThreadLocal<@Nullable String> tenant = new ThreadLocal<>();
    private final ProcessRuntime runtime =
            ProcessRuntime.builder().messageContext(this::captured).build();

    @BeforeEach
    void table() {
        jdbc.execute("CREATE TABLE IF NOT EXISTS note (text VARCHAR(20))");
        jdbc.execute("DELETE FROM note");
    }

    @AfterEach
    void nothingMore() {
        runtime.close();
        probe.expectNothing();
    }

    private MessageContext.Token captured(MessageContext.Outgoing sent) {
        String captured = tenant.get();
        return (to, message) -> {
            tenant.set(captured);
            return thrown -> tenant.remove();
        };
    }

    /** An actor that does this with each message. */
    private Started<Subject<String>> actor(Consumer<String> handler) {
        return Actor.startingWith(() -> "")
                .<String>onMessage(
                        (state, text) -> {
                            handler.accept(text);
                            return Next.continueWith(state);
                        })
                .interruptOnKill(false)
                .runtime(runtime)
                .start();
    }

    private TransactionTemplate with(int propagation) {
        var template = new TransactionTemplate(manager);
        template.setPropagationBehavior(propagation);
        return template;
    }

    private void insertAndSend(String text) {
        jdbc.update("INSERT INTO note VALUES (?)", text);
        AfterCommit.send(receiver, text);
    }

    /** What was sent is what was committed, in its order. */
    private void assertCommitted(String... texts) {
        for (String text : texts) probe.expectMessage(text);
        assertThat(jdbc.queryForList("SELECT text FROM note", String.class))
                .containsExactlyInAnyOrder(texts);
    }

    // ---- commit and rollback

    @Test
    void messagesAreSentAtTheCommitInTheirOrder() {
        transaction.executeWithoutResult(
                status -> {
                    insertAndSend("a");
                    insertAndSend("b");
                    probe.expectNothing();
                    insertAndSend("c");
                });

        assertCommitted("a", "b", "c");
    }

    @Test
    void theReceiverSeesWhatWasCommitted() {
        String sql = "SELECT COUNT(*) FROM note WHERE text = ?";
        Subject<String> reader =
                actor(text -> probe.send(text + jdbc.queryForObject(sql, Integer.class, text)))
                        .data();

        transaction.executeWithoutResult(
                status -> {
                    jdbc.update("INSERT INTO note VALUES ('x')");
                    AfterCommit.send(reader, "x");
                });

        probe.expectMessage("x1");
    }

    @Test
    void nothingIsSentAfterARollback() {
        transaction.executeWithoutResult(
                status -> {
                    insertAndSend("a");
                    status.setRollbackOnly();
                });
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                transaction.executeWithoutResult(
                                        status -> {
                                            insertAndSend("b");
                                            throw new IllegalStateException("no");
                                        }));

        assertCommitted();
    }

    @Test
    void withoutATransactionItIsSentAtOnce() {
        AfterCommit.send(receiver, "a");
        probe.expectMessage("a");

        with(TransactionDefinition.PROPAGATION_SUPPORTS)
                .executeWithoutResult(
                        status -> {
                            AfterCommit.send(receiver, "b");
                            probe.expectMessage("b");
                        });
        transaction.executeWithoutResult(
                outer ->
                        with(TransactionDefinition.PROPAGATION_NOT_SUPPORTED)
                                .executeWithoutResult(
                                        status -> {
                                            AfterCommit.send(receiver, "c");
                                            probe.expectMessage("c");
                                        }));
    }

    @Test
    void withoutATransactionAFailureIsThrown() {
        Subject<String> vacant = Name.<String>create("vacant").subject();

        assertThatThrownBy(() -> AfterCommit.send(vacant, "a"))
                .isInstanceOf(NotRegisteredException.class);
    }

    // ---- transactions inside transactions

    @Test
    void aParticipantSendsWithTheSurroundingTransaction() {
        transaction.executeWithoutResult(
                outer -> {
                    insertAndSend("a");
                    transaction.executeWithoutResult(inner -> insertAndSend("b"));
                    probe.expectNothing();
                });

        assertCommitted("a", "b");
    }

    @Test
    void aNewTransactionSendsAtItsOwnCommit() {
        var requiresNew = with(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        transaction.executeWithoutResult(
                outer -> {
                    insertAndSend("a");
                    requiresNew.executeWithoutResult(inner -> insertAndSend("b"));
                    probe.expectMessage("b");
                    requiresNew.executeWithoutResult(
                            inner -> {
                                insertAndSend("c");
                                inner.setRollbackOnly();
                            });
                    insertAndSend("d");
                });
        probe.expectMessage("a");
        probe.expectMessage("d");

        transaction.executeWithoutResult(
                outer -> {
                    insertAndSend("e");
                    requiresNew.executeWithoutResult(inner -> insertAndSend("f"));
                    outer.setRollbackOnly();
                });
        probe.expectMessage("f");
    }

    @Test
    void aNestedTransactionThatRollsBackDropsItsMessages() {
        var nested = with(TransactionDefinition.PROPAGATION_NESTED);
        transaction.executeWithoutResult(
                outer -> {
                    insertAndSend("a");
                    nested.executeWithoutResult(
                            middle -> {
                                insertAndSend("b");
                                nested.executeWithoutResult(
                                        inner -> {
                                            insertAndSend("c");
                                            inner.setRollbackOnly();
                                        });
                                insertAndSend("d");
                            });
                    nested.executeWithoutResult(
                            middle -> {
                                nested.executeWithoutResult(inner -> insertAndSend("e"));
                                middle.setRollbackOnly();
                            });
                    insertAndSend("f");
                });

        assertCommitted("a", "b", "d", "f");
    }

    @Test
    void aRollbackToASavepointDropsWhatWasSentSince() {
        transaction.executeWithoutResult(
                status -> {
                    Object first = status.createSavepoint();
                    insertAndSend("a"); // the first message comes after a savepoint
                    insertAndSend("b");
                    status.rollbackToSavepoint(first);
                    insertAndSend("c");
                    status.rollbackToSavepoint(first);
                    insertAndSend("d");
                    Object second = status.createSavepoint();
                    insertAndSend("e");
                    Object third = status.createSavepoint();
                    insertAndSend("f");
                    status.rollbackToSavepoint(second);
                    insertAndSend("g");
                    status.releaseSavepoint(second);
                    assertThat(third).isNotNull();
                });

        assertCommitted("d", "g");
    }

    // ---- failures

    @Test
    void aFailureAfterTheCommitIsReportedAndNotThrown(CapturedOutput output) {
        Subject<String> vacant = Name.<String>create("vacant").subject();

        assertThatCode(
                        () ->
                                transaction.executeWithoutResult(
                                        status -> {
                                            insertAndSend("a");
                                            AfterCommit.send(vacant, "lost");
                                            insertAndSend("b");
                                        }))
                .doesNotThrowAnyException();

        assertCommitted("a", "b");
        assertThat(output)
                .contains("The transaction has committed, but its message of type")
                .contains("java.lang.String was not sent to")
                .contains("vacant");
    }

    @Test
    void anotherListenerThatThrowsDoesNotKeepMessagesBack() {
        var other =
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        throw new IllegalStateException("other");
                    }
                };

        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                transaction.executeWithoutResult(
                                        status -> {
                                            TransactionSynchronizationManager
                                                    .registerSynchronization(other);
                                            insertAndSend("a");
                                        }));

        assertCommitted("a");
    }

    @Test
    void aMessageThatIsSentWhileTheTransactionCompletesIsSent() {
        transaction.executeWithoutResult(
                status -> {
                    TransactionSynchronizationManager.registerSynchronization(
                            new TransactionSynchronization() {
                                @Override
                                public void afterCommit() {
                                    AfterCommit.send(receiver, "a");
                                }

                                @Override
                                public void afterCompletion(int ended) {
                                    AfterCommit.send(receiver, "b");
                                }
                            });
                });

        assertThat(Set.of(probe.expect(String.class), probe.expect(String.class)))
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void nothingIsSentIfTheOutcomeIsUnknown(CapturedOutput output) {
        var unsure =
                new DataSourceTransactionManager(database) {
                    @Override
                    protected void doCommit(DefaultTransactionStatus status) {
                        throw new TransactionSystemException("the line is dead");
                    }
                };

        assertThatThrownBy(
                        () ->
                                new TransactionTemplate(unsure)
                                        .executeWithoutResult(status -> insertAndSend("a")))
                .isInstanceOf(TransactionSystemException.class);

        assertThat(output)
                .contains("The outcome of a transaction is unknown. Its 1 messages were not sent");
    }

    @Test
    void aKilledProcessSendsNothingMore(CapturedOutput output) {
        var inHand = new CountDownLatch(1);
        var mayCommit = new CountDownLatch(1);
        var committed = new CountDownLatch(1);
        Subject<String> other = actor(probe::send).data();
        var victim =
                actor(
                        text -> {
                            transaction.executeWithoutResult(
                                    status -> {
                                        AfterCommit.send(other, text);
                                        inHand.countDown();
                                        await(mayCommit);
                                    });
                            committed.countDown();
                        });
        victim.data().send("a");
        await(inHand);

        Processes.kill(victim.pid());
        mayCommit.countDown();

        await(committed);
        assertThat(output).contains("The transaction has committed, but its message of type");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- context

    @Test
    void aMessageHasTheContextOfTheCallAndNotOfTheCommit() {
        Subject<String> actor = actor(text -> probe.send(text + " " + tenant.get())).data();

        transaction.executeWithoutResult(
                status -> {
                    tenant.set("call");
                    AfterCommit.send(actor, "a");
                    tenant.set("commit");
                });
        tenant.remove();

        probe.expectMessage("a call");
    }

    @Test
    void badArgumentsAreRefused() {
        assertThatThrownBy(() -> AfterCommit.send(receiver, null))
                .hasMessage("'message' must not be null");
        assertThatThrownBy(() -> AfterCommit.send(null, "a"))
                .hasMessage("'receiver' must not be null");
    }
}

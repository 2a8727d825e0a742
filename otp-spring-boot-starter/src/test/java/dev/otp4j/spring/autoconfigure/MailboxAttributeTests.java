/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The attributes of {@link SupervisedActor} for the mailbox. */
class MailboxAttributeTests {
    /** What came of it. */
    record Writes(LinkedBlockingQueue<List<String>> batches, CountDownLatch open) {}

    @SupervisedActor(value = "writer", mailbox = "${writer.mailbox:3 reject}", batches = 10)
    static class Writer implements StatefulActor<String> {
        private final Writes writes;

        Writer(Writes writes) {
            this.writes = writes;
        }

        @Override
        public Step handle(String message) throws InterruptedException {
            throw new IllegalStateException("not in a batch: " + message);
        }

        @Override
        public Step handleAll(List<String> messages) throws InterruptedException {
            writes.batches().add(List.copyOf(messages));
            writes.open().await();
            return Step.KEEP;
        }
    }

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withBean(
                            Writes.class,
                            () -> new Writes(new LinkedBlockingQueue<>(), new CountDownLatch(1)))
                    .withUserConfiguration(Writer.class);

    @Test
    @SuppressWarnings("unchecked")
    void anActorHasTheMailboxAndTheBatchesOfItsAnnotation() {
        runner.run(
                context -> {
                    var writer = (Subject<String>) context.getBean("writer");
                    Writes writes = context.getBean(Writes.class);
                    assertThat(ProcessInfo.mailboxLimitOf(writer.owner()))
                            .contains(MailboxLimit.rejecting(3));

                    writer.send("first");
                    assertThat(writes.batches().poll(5, TimeUnit.SECONDS)).containsExactly("first");
                    List.of("a", "b", "c").forEach(writer::send);
                    assertThat(writer.trySend("d")).isEqualTo(Subject.Sent.FULL);
                    writes.open().countDown();

                    assertThat(writes.batches().poll(5, TimeUnit.SECONDS))
                            .containsExactly("a", "b", "c");
                });
    }

    @Test
    void aMailboxThatMeansNothingFailsTheStartAndSaysTheFix() {
        runner.withPropertyValues("writer.mailbox=big")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .isInstanceOfSatisfying(
                                                TreeDeclarationException.class,
                                                e -> {
                                                    assertThat(e)
                                                            .hasMessage(
                                                                    "The attribute 'mailbox' of actor 'writer' (%s) must be 'unlimited', 'N reject', 'N drop-newest' or 'N block T' with a positive number N and a duration T, such as '1000 block 5s': \"big\"."
                                                                            .formatted(
                                                                                    Writer.class
                                                                                            .getName()));
                                                    assertThat(e.action())
                                                            .startsWith("Set 'mailbox'");
                                                }));
    }

    /** Crashes at a word, and leaves the others to its successor. */
    @SupervisedActor(value = "keeper", retained = "${keeper.retained:retry 1}")
    static class Keeper implements StatefulActor<String> {
        private final Writes writes;

        Keeper(Writes writes) {
            this.writes = writes;
        }

        @Override
        public Step handle(String message) throws InterruptedException {
            if (message.equals("first")) writes.open().await();
            if (message.equals("bad")) throw new IllegalStateException(message);
            writes.batches().add(List.of(message));
            return Step.KEEP;
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void anActorLeavesItsMessagesAsItsAnnotationSays() {
        runner.withUserConfiguration(Keeper.class)
                .run(
                        context -> {
                            var keeper = (Subject<String>) context.getBean("keeper");
                            Writes writes = context.getBean(Writes.class);
                            assertThat(ProcessInfo.retentionOf(keeper.owner()))
                                    .contains(MailboxRetention.retrying(1));
                            List.of("first", "bad", "a", "b").forEach(keeper::send);
                            writes.open().countDown();

                            for (String word : List.of("first", "a", "b")) {
                                assertThat(writes.batches().poll(5, TimeUnit.SECONDS))
                                        .containsExactly(word);
                            }
                        });
    }

    @Test
    void aRetentionThatMeansNothingFailsTheStartAndSaysTheFix() {
        runner.withUserConfiguration(Keeper.class)
                .withPropertyValues("keeper.retained=always")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageStartingWith("The attribute 'retained' of")
                                        .hasMessageEndingWith(
                                                "must be 'off', 'drop', 'retry N' or 'retry N park M' with positive numbers N and M, such as 'retry 3 park 500': \"always\"."));
    }

    @Test
    void anActorWithoutASuccessorThatIsToLeaveItsMessagesFailsTheStart() {
        runner.withUserConfiguration(Keeper.class)
                .withPropertyValues("otp.supervision.actors.keeper.restart=temporary")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .isInstanceOfSatisfying(
                                                TreeDeclarationException.class,
                                                e -> {
                                                    assertThat(e)
                                                            .hasMessageContaining(
                                                                    "is TEMPORARY and has a retained mailbox (\"retry 1\"), but its supervisor never starts it again.");
                                                    assertThat(e.action())
                                                            .isEqualTo(
                                                                    "Set 'restart' to PERMANENT or TRANSIENT, or 'retained' to \"off\".");
                                                }));
    }

    @SupervisedActor(batches = 0)
    static class Nothing extends Writer {
        Nothing(Writes writes) {
            super(writes);
        }
    }

    @Test
    void aBatchOfNothingFailsTheStart() {
        runner.withUserConfiguration(Nothing.class)
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageStartingWith("The attribute 'batches' of")
                                        .hasMessageEndingWith("must be positive: 0."));
    }
}

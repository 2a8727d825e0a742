/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What an actor still does when the application stops. */
class ShutdownTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withBean(Diary.class)
                    .withBean(Client.class);

    static class Diary {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final CountDownLatch goOn = new CountDownLatch(1);
    }

    record Client(Subject<String> writer) {}

    /** Waits in the handler of the first message until the test lets it continue. */
    abstract static class Writer implements Actor<Integer, String> {
        private final Diary diary;

        Writer(Diary diary) {
            this.diary = diary;
        }

        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer written, String line)
                throws InterruptedException {
            diary.lines.add("begun " + line);
            diary.goOn.await();
            diary.lines.add("done " + line);
            return Next.continueWith(written + 1);
        }

        @Override
        public void onTerminate(Integer written, ExitReason reason) {
            diary.lines.add("terminated after " + written + ": " + reason);
        }
    }

    @SupervisedActor("writer")
    static class Patient extends Writer {
        Patient(Diary diary) {
            super(diary);
        }
    }

    @SupervisedActor(value = "writer", shutdown = "${patience:100ms}")
    static class Impatient extends Writer {
        Impatient(Diary diary) {
            super(diary);
        }
    }

    @SupervisedActor(value = "writer", trapExits = false)
    static class NotTrapping extends Writer {
        NotTrapping(Diary diary) {
            super(diary);
        }
    }

    @Test
    void theCurrentMessageAndTheBacklogAreHandledAndOnTerminateRuns() {
        runner.withUserConfiguration(Patient.class)
                .run(
                        context -> {
                            var diary = context.getBean(Diary.class);
                            var writer = context.getBean(Client.class).writer();
                            for (String line : List.of("a", "b", "c")) writer.send(line);
                            await().until(() -> !diary.lines.isEmpty());

                            var stopping =
                                    Thread.startVirtualThread(
                                            context.getSourceApplicationContext()::stop);
                            var system = context.getBean(OtpSystem.class);
                            await().until(() -> system.state() == OtpSystem.State.STOPPING);
                            diary.goOn.countDown();
                            stopping.join();

                            assertThat(diary.lines)
                                    .containsExactly(
                                            "begun a",
                                            "done a",
                                            "begun b",
                                            "done b",
                                            "begun c",
                                            "done c",
                                            "terminated after 3: shutdown");
                        });
    }

    @Test
    void whatDoesNotStopWithinItsTimeIsKilled() {
        runner.withUserConfiguration(Impatient.class)
                .run(
                        context -> {
                            var diary = context.getBean(Diary.class);
                            context.getBean(Client.class).writer().send("a");
                            await().until(() -> !diary.lines.isEmpty());

                            context.getSourceApplicationContext().stop();

                            assertThat(context.getBean(OtpSystem.class).state())
                                    .isEqualTo(OtpSystem.State.STOPPED);
                            assertThat(diary.lines).containsExactly("begun a");
                        });
    }

    @Test
    void whatDoesNotTrapExitsEndsAtOnce() {
        runner.withUserConfiguration(NotTrapping.class)
                .run(
                        context -> {
                            var diary = context.getBean(Diary.class);
                            context.getBean(Client.class).writer().send("a");
                            await().until(() -> !diary.lines.isEmpty());

                            context.getSourceApplicationContext().stop();

                            assertThat(diary.lines).containsExactly("begun a");
                        });
    }

    @Test
    void theWholeStopIsBoundedByItsProperty() {
        runner.withUserConfiguration(Impatient.class)
                .withPropertyValues("patience=1h", "otp.supervision.shutdown-timeout=100ms")
                .run(
                        context -> {
                            var diary = context.getBean(Diary.class);
                            context.getBean(Client.class).writer().send("a");
                            await().until(() -> !diary.lines.isEmpty());

                            context.getSourceApplicationContext().stop();

                            assertThat(context.getBean(OtpSystem.class).tree(1, 1)).isEmpty();
                        });
    }

    @SupervisedActor(value = "writer", interruptOnKill = false)
    static class UninterruptedWriter extends Writer {
        UninterruptedWriter(Diary diary) {
            super(diary);
        }
    }

    @SupervisedActor("writer")
    static class InterruptedWriter extends Writer {
        InterruptedWriter(Diary diary) {
            super(diary);
        }
    }

    @Test
    void aKilledActorThatIsNotToBeInterruptedFinishesWhatItDoes() {
        runner.withBean(UninterruptedWriter.class)
                .run(
                        context -> {
                            Diary diary = context.getBean(Diary.class);
                            Subject<String> writer = context.getBean(Client.class).writer();
                            writer.send("a");
                            await().until(() -> diary.lines.contains("begun a"));

                            dev.otp4j.process.Processes.kill(writer.owner());
                            diary.goOn.countDown();

                            await().until(() -> diary.lines.contains("done a"));
                        });
    }

    @Test
    void aKilledActorIsInterruptedOtherwise() {
        runner.withBean(InterruptedWriter.class)
                .run(
                        context -> {
                            Diary diary = context.getBean(Diary.class);
                            OtpSystem system = context.getBean(OtpSystem.class);
                            Subject<String> writer = context.getBean(Client.class).writer();
                            writer.send("a");
                            await().until(() -> diary.lines.contains("begun a"));

                            dev.otp4j.process.Processes.kill(writer.owner());

                            await().until(() -> system.runtime().zombieCount() == 0);
                            assertThat(diary.lines).doesNotContain("done a");
                            diary.goOn.countDown();
                        });
    }
}

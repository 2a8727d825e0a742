/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The failure analyses that a user reads when the application does not start. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTests {
    private static final String HERE = StartFailureTests.class.getName() + "$";
    private static final List<String> DIARY = new CopyOnWriteArrayList<>();

    @BeforeEach
    void newDiary() {
        DIARY.clear();
    }

    private static void fails(Class<?> application, String... arguments) {
        var spring = new SpringApplication(application);
        spring.setWebApplicationType(WebApplicationType.NONE);
        assertThatThrownBy(() -> spring.run(arguments)).isInstanceOf(Exception.class);
    }

    @Supervisor
    static class Shop {}

    @SupervisedActor
    static class Early implements Actor<String, String> {
        @Override
        public String init(Subject<String> self) throws InterruptedException {
            DIARY.add("started");
            return "";
        }

        @Override
        public Next<String, String> onMessage(String state, String message) {
            return Next.continueWith(state);
        }

        @Override
        public void onTerminate(String state, ExitReason reason) {
            DIARY.add("stopped");
        }
    }

    @SupervisedActor(supervisor = Shop.class)
    static class Stock extends Early {
        @Override
        public String init(Subject<String> self) {
            throw new IllegalStateException("no connection to the database");
        }
    }

    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import({Early.class, Stock.class})
    static class WithCrash {}

    @Test
    void namesTheActorItsSupervisorAndTheCauseAndStopsWhatHadStarted(CapturedOutput output) {
        fails(WithCrash.class);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains(
                        "Supervisor '/shop' could not start '/shop/stock' ("
                                + HERE
                                + "Stock): initialiser exited: java.lang.IllegalStateException: no connection to the database.")
                .contains("Remove the cause");
        assertThat(DIARY).containsExactly("started", "stopped");
    }

    @SupervisedActor
    static class Slow extends Early {
        @Override
        public String init(Subject<String> self) throws InterruptedException {
            new CountDownLatch(1).await();
            return "";
        }
    }

    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import(Slow.class)
    static class WithSlow {}

    @Test
    void saysWhichInitialiserTookTooLongAndHowToGiveItTime(CapturedOutput output) {
        fails(WithSlow.class, "--otp.supervision.init-timeout=50ms");

        assertThat(output)
                .contains(
                        "Supervisor '/' could not start '/slow' ("
                                + HERE
                                + "Slow): initialiser did not finish within PT0.05S.")
                .contains(
                        "Raise 'initTimeout' in the @SupervisedActor of 'slow' or the property 'otp.supervision.init-timeout'");
    }

    @Test
    void saysThatTheWholeTreeTookTooLong(CapturedOutput output) {
        fails(WithSlow.class, "--otp.supervision.startup-timeout=50ms");

        assertThat(output)
                .contains(
                        "The supervision tree did not start within PT0.05S: the initialiser of actor 'slow' ("
                                + HERE
                                + "Slow) was still running.")
                .contains("Raise 'otp.supervision.startup-timeout'");
    }

    record NeedsActor(Early early) {}

    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import({Early.class, NeedsActor.class})
    static class WithActorInjected {}

    @Test
    void tellsWhoInjectsAnActorToInjectItsSubject(CapturedOutput output) {
        fails(WithActorInjected.class);

        assertThat(output)
                .contains("requires the actor " + HERE + "Early itself")
                .contains("Inject 'Subject<java.lang.String>' instead, and send messages to it.");
    }

    @SupervisedActor
    static class Late extends Early {}

    record NeedsOne(Subject<String> any) {}

    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import({Early.class, Late.class, NeedsOne.class})
    static class WithTwo {}

    @Test
    void listsTheActorsThatTakeTheSameMessages(CapturedOutput output) {
        fails(WithTwo.class);

        assertThat(output)
                .contains("but several actors accept these messages:")
                .contains(
                        "  - early: dev.otp4j.process.Subject<java.lang.String>, subject of actor 'early' ("
                                + HERE
                                + "Early)")
                .contains("  - late: ")
                .contains(
                        "Name the parameter after the actor, as in 'Subject<…> early', or add @Qualifier(\"early\").");
    }

    record NeedsOther(Subject<Integer> numbers) {}

    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import({Early.class, NeedsOther.class})
    static class WithUnknown {}

    @Test
    void listsWhatThereIsInsteadOfAnUnknownSubject(CapturedOutput output) {
        fails(WithUnknown.class);

        assertThat(output)
                .contains(
                        "requires a dev.otp4j.process.Subject<java.lang.Integer>, but no actor accepts these messages. The available subjects are:")
                .contains("  - early: ");
    }

    @SupervisedActor("not_allowed")
    static class BadName extends Early {}

    @Configuration
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import(BadName.class)
    static class WithBadName {}

    @Test
    void explainsADeclarationThatMakesNoTree(CapturedOutput output) {
        fails(WithBadName.class);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("The name 'not_allowed' of actor " + HERE + "BadName is not allowed")
                .contains("Give it a name of letters, digits and '-' that begins with a letter.");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.mistakes.first.Stock;
import dev.otp4j.mistakes.unannotated.Bare;
import dev.otp4j.mistakes.unannotated.BareMessage;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What a user reads after a mistake in an actor's class: the whole text. */
@ExtendWith(OutputCaptureExtension.class)
class ActorMistakeTests {
    private static final String HERE = ActorMistakeTests.class.getName() + "$";
    private static final String SUBJECT = "dev.otp4j.process.Subject";

    @ImportAutoConfiguration({
        OtpAutoConfiguration.class,
        AopAutoConfiguration.class,
        PropertyPlaceholderAutoConfiguration.class,
        ValidationAutoConfiguration.class
    })
    static class Application {}

    /** Also if the application may start without a part of the tree. */
    private static void refuses(String description, String action, Class<?>... beans) {
        refuses("fail", description, action, beans);
        refuses("degrade", description, action, beans);
    }

    private static void refuses(
            String onStartupFailure, String description, String action, Class<?>... beans) {
        var spring = new SpringApplication(Application.class);
        spring.addPrimarySources(List.of(beans));
        spring.setWebApplicationType(WebApplicationType.NONE);
        spring.setRegisterShutdownHook(false);
        LastFailureAnalysis.forget();

        assertThatThrownBy(
                        () ->
                                spring.run(
                                        "--otp.supervision.on-startup-failure=" + onStartupFailure))
                .isInstanceOf(Exception.class);

        assertThat(LastFailureAnalysis.get().getDescription()).isEqualTo(description);
        assertThat(LastFailureAnalysis.get().getAction()).isEqualTo(action);
    }

    record Order() {}

    static class Idle implements StatefulActor<Order> {
        @Override
        public Step handle(Order order) {
            return Step.KEEP;
        }
    }

    @SupervisedActor
    static class Fine extends Idle {}

    record Needs(Subject<Order> orders) {}

    // ---- the annotation is missing

    @Component
    static class Plain extends Idle {}

    @Test
    void anActorThatIsAComponent() {
        refuses(
                "The bean 'actorMistakeTests.Plain' is an actor (%1$sPlain), but it is not annotated with @SupervisedActor, so no supervisor starts it."
                        .formatted(HERE),
                "Annotate the class with @SupervisedActor. If it is declared by a @Bean method, add @Scope(\"prototype\") to the method. If your own factory or ChildSpecification starts the actor, @Scope(\"prototype\") alone is enough.",
                Plain.class,
                Needs.class);
    }

    @Component
    @Scope("prototype")
    static class PlainPrototype extends Idle {}

    @Test
    void anActorThatIsAPrototypeComponent() {
        refuses(
                "Parameter 0 of constructor in %1$sNeeds requires a %2$s<%1$sOrder>. The class %1$sPlainPrototype is an actor for these messages, but it is not annotated with @SupervisedActor. It is a bean, but no supervisor starts it."
                        .formatted(HERE, SUBJECT),
                "Annotate %sPlainPrototype with @SupervisedActor instead of its present annotation."
                        .formatted(HERE),
                PlainPrototype.class,
                Needs.class);
    }

    @ComponentScan(basePackageClasses = Bare.class)
    static class ScansUnannotated {}

    record NeedsBare(Subject<BareMessage> bare) {}

    @Test
    void anActorWithoutAnAnnotationInAScannedPackage() {
        refuses(
                "Parameter 0 of constructor in %sNeedsBare requires a %s<%s>. The class %s is an actor for these messages, but it is not annotated with @SupervisedActor."
                        .formatted(
                                HERE, SUBJECT, BareMessage.class.getName(), Bare.class.getName()),
                "Annotate %s with @SupervisedActor.".formatted(Bare.class.getName()),
                ScansUnannotated.class,
                NeedsBare.class);
    }

    @SupervisedActor
    static class Elsewhere implements StatefulActor<Elsewhere.Message> {
        record Message() {}

        @Override
        public Step handle(Message message) {
            return Step.KEEP;
        }
    }

    record NeedsElsewhere(Subject<Elsewhere.Message> elsewhere) {}

    @Test
    void anAnnotatedActorThatNoScanFinds() {
        refuses(
                "Parameter 0 of constructor in %1$sNeedsElsewhere requires a %2$s<%1$sElsewhere$Message>. The class %1$sElsewhere is an actor for these messages and annotated with @SupervisedActor, but it is not a bean: no component scan has found it, or one of its conditions or profiles excludes it. The scanned packages are: dev.otp4j.mistakes.unannotated."
                        .formatted(HERE, SUBJECT),
                "Move the class to one of these packages or below, or name it in @Import. If it has a @Profile or a condition, check that.",
                ScansUnannotated.class,
                NeedsElsewhere.class);
    }

    // ---- the wrong subject

    sealed interface Command {}

    record Buy() implements Command {}

    @SupervisedActor
    static class Trader implements StatefulActor<Command> {
        @Override
        public Step handle(Command command) {
            return Step.KEEP;
        }
    }

    record NeedsBuy(Subject<Buy> trader) {}

    @Test
    void aSubjectOfOneKindOfMessage() {
        refuses(
                "Parameter 0 of constructor in %1$sNeedsBuy requires a %2$s<%1$sBuy>. The actor 'trader' accepts %1$sCommand, which includes %1$sBuy."
                        .formatted(HERE, SUBJECT),
                "Inject 'Subject<%sCommand>' instead.".formatted(HERE),
                Trader.class,
                NeedsBuy.class);
    }

    static class Qualified {
        Qualified(@Qualifier("fin") Subject<Order> orders) {}
    }

    @Test
    void aQualifierThatFitsNoActor() {
        refuses(
                "Parameter 0 of constructor in %1$sQualified requires a %2$s<%1$sOrder>. The actor 'fine' accepts these messages, but the qualifiers of the injection point do not match it."
                        .formatted(HERE, SUBJECT),
                "Correct the qualifier, as in @Qualifier(\"fine\"), or remove it.",
                Fine.class,
                Qualified.class);
    }

    @SupervisedActor
    static class InjectsActor extends Idle {
        InjectsActor(Fine fine) {}
    }

    @Test
    void anActorThatInjectsAnotherActorsClass() {
        refuses(
                "Parameter 0 of constructor in %1$sInjectsActor requires the actor %1$sFine itself, but actors cannot be injected: each start and restart creates a new object."
                        .formatted(HERE),
                "Inject 'Subject<%sOrder>' instead, and send messages to it.".formatted(HERE),
                Fine.class,
                InjectsActor.class);
    }

    // ---- one name

    private static final String ANOTHER_NAME =
            "Give an actor another name, as in @SupervisedActor(\"other\"), or rename the other bean. An actor's name is also the name of the bean of its Subject.";

    @ComponentScan({"dev.otp4j.mistakes.first", "dev.otp4j.mistakes.second"})
    static class ScansBoth {}

    @Test
    void twoScannedActorsOfOneName() {
        refuses(
                "The name 'stock' is used twice: by the actor dev.otp4j.mistakes.first.Stock and by the actor dev.otp4j.mistakes.second.Stock.",
                ANOTHER_NAME,
                ScansBoth.class);
    }

    @ComponentScan(basePackageClasses = Stock.class)
    static class ScansStock {
        @Bean
        String stock() {
            return "";
        }
    }

    @Test
    void aScannedActorWithTheNameOfABean() {
        refuses(
                "The name 'stock' is used twice: by the actor dev.otp4j.mistakes.first.Stock and by the bean of %sScansStock."
                        .formatted(HERE),
                ANOTHER_NAME,
                ScansStock.class);
    }

    static class WithFine {
        @Bean
        String fine() {
            return "";
        }
    }

    @Test
    void anActorWithTheNameOfABean() {
        refuses(
                "The name 'fine' is used twice: by actor 'fine' (%1$sFine) and by the bean 'fine' of %1$sWithFine."
                        .formatted(HERE),
                "Give one of them another name, as in @SupervisedActor(\"other\").",
                Fine.class,
                WithFine.class);
    }

    // ---- objects that cannot be created

    private static String notStarted(String actor, String type, String why) {
        return "Supervisor '/' could not start '/%s' (%s%s): %s.".formatted(actor, HERE, type, why);
    }

    private static String notCreated(String actor, String type, String why) {
        return notStarted(actor, type, "the actor's object could not be created: " + why);
    }

    @SupervisedActor
    static class Missing extends Idle {
        Missing(Thread thread) {}
    }

    @SupervisedActor
    static class MissingField extends Idle {
        @Autowired Thread thread = Thread.currentThread();
    }

    @Test
    void anActorThatNeedsABeanThatDoesNotExist() {
        String action = "Define such a bean. Or remove the parameter or field.";
        String bean = " of %s%s requires a bean of type java.lang.Thread, and there is none";
        refuses(
                notCreated(
                        "missing",
                        "Missing",
                        "parameter 1 of the constructor" + bean.formatted(HERE, "Missing")),
                action,
                Missing.class);
        refuses(
                notCreated(
                        "missingField",
                        "MissingField",
                        "the field 'thread'" + bean.formatted(HERE, "MissingField")),
                action,
                MissingField.class);
    }

    static class Names {
        @Bean
        String one() {
            return "1";
        }

        @Bean
        String two() {
            return "2";
        }
    }

    @SupervisedActor
    static class Undecided extends Idle {
        Undecided(String name) {}
    }

    @Test
    void anActorThatNeedsOneOfSeveralBeans() {
        refuses(
                notCreated(
                        "undecided",
                        "Undecided",
                        "parameter 1 of the constructor of %sUndecided requires a single bean of type java.lang.String, and there are several: one, two"
                                .formatted(HERE)),
                "Name the parameter after one of the beans, add @Qualifier, or annotate one of the beans with @Primary.",
                Names.class,
                Undecided.class);
    }

    @SupervisedActor
    static class Throwing extends Idle {
        Throwing() {
            throw new IllegalStateException("no licence");
        }
    }

    @Test
    void anActorWhoseConstructorThrows() {
        refuses(
                "fail", // with "degrade" the application starts: DegradedStartTests
                notCreated("throwing", "Throwing", "java.lang.IllegalStateException: no licence"),
                "Remove the cause; the log shows its full stack trace at level DEBUG.",
                Throwing.class);
    }

    @SupervisedActor
    static class TwoConstructors extends Idle {
        TwoConstructors(String text) {}

        TwoConstructors(Integer number) {}
    }

    @Test
    void anActorWithTwoConstructors() {
        refuses(
                notCreated(
                        "twoConstructors",
                        "TwoConstructors",
                        HERE
                                + "TwoConstructors has 2 constructors with parameters, and Spring cannot choose one"),
                "Leave one constructor, or annotate one of them with @Autowired.",
                TwoConstructors.class);
    }

    @SupervisedActor
    static class Unresolved extends Idle {
        Unresolved(@Value("${shop.limit}") String limit) {}
    }

    @Test
    void aValueWithoutItsProperty() {
        refuses(
                notCreated(
                        "unresolved",
                        "Unresolved",
                        "a placeholder cannot be resolved: \"shop.limit\""),
                "Define the property, or give the placeholder a default, as in \"${name:default}\".",
                Unresolved.class);
    }

    @SupervisedActor(shutdown = "${shop.stop}")
    static class UnresolvedShutdown extends Idle {}

    @Supervisor(period = "${shop.period}")
    static class UnresolvedPeriod {}

    @SupervisedActor(supervisor = UnresolvedPeriod.class)
    static class Below extends Idle {}

    @Test
    void anAttributeWithoutItsProperty() {
        String action =
                "Define the property, or give the placeholder a default, as in \"${name:5s}\".";
        refuses(
                "The attribute 'shutdown' of actor 'unresolvedShutdown' (%sUnresolvedShutdown) has a placeholder that cannot be resolved: \"${shop.stop}\"."
                        .formatted(HERE),
                action,
                UnresolvedShutdown.class);
        refuses(
                "The attribute 'period' of supervisor %sUnresolvedPeriod has a placeholder that cannot be resolved: \"${shop.period}\"."
                        .formatted(HERE),
                action,
                Below.class);
    }

    // ---- classes that do not fit

    @SupervisedActor
    static class Both extends Idle implements Actor<String, Order> {
        @Override
        public String init(Subject<Order> self) {
            return "";
        }

        @Override
        public Next<String, Order> onMessage(String state, Order order) {
            return Next.continueWith(state);
        }
    }

    @Test
    void anActorOfBothForms() {
        refuses(
                HERE
                        + "Both implements both StatefulActor and Actor, so it is not clear which of them handles the messages.",
                "Implement StatefulActor to keep the state in fields, or Actor to return it from each handler.",
                Both.class);
    }

    @SupervisedActor
    enum Single implements StatefulActor<Order> {
        ONE;

        @Override
        public Step handle(Order order) {
            return Step.KEEP;
        }
    }

    @Test
    void anActorThatIsAnEnum() {
        refuses(
                HERE
                        + "Single is annotated with @SupervisedActor, but it is an enum, so no new object can be created at each start.",
                "Make 'Single' a class.",
                Single.class);
    }

    @Supervisor
    @SupervisedActor
    static class Supervising extends Idle {}

    @Test
    void anActorThatIsASupervisor() {
        refuses(
                HERE
                        + "Supervising is annotated with both @SupervisedActor and @Supervisor, but a supervisor handles no messages.",
                "Move @Supervisor to a class of its own without content, and set 'supervisor' of @SupervisedActor to that class.",
                Supervising.class);
    }

    @SupervisedActor
    static class Generic<M> implements StatefulActor<M> {
        @Override
        public Step handle(M message) {
            return Step.KEEP;
        }
    }

    @Test
    void anActorWithoutAMessageType() {
        refuses(
                "The message type of actor 'generic' is not known: %sGeneric does not give the type arguments of StatefulActor<M>."
                        .formatted(HERE),
                "Implement StatefulActor with its type arguments, as in 'class Generic implements StatefulActor<Message>'.",
                Generic.class);
    }

    // ---- proxies

    @Transactional
    @SupervisedActor
    static final class Final implements StatefulActor<Order> {
        @Override
        public Step handle(Order order) {
            return Step.KEEP;
        }
    }

    @Transactional
    @SupervisedActor
    record Recorded() implements StatefulActor<Order> {
        @Override
        public Step handle(Order order) {
            return Step.KEEP;
        }
    }

    @Test
    void aClassThatCannotBeProxied() {
        String description =
                "An annotation of actor '%1$s' (%2$s), such as @Transactional, needs a proxy, and Spring cannot make a subclass of %2$s: it is %3$s.";
        String action =
                "Make '%s' a class that is neither final nor sealed. Or move the annotated code to a separate bean that the actor calls.";
        refuses(
                description.formatted("final", HERE + "Final", "final"),
                action.formatted("Final"),
                Final.class,
                ProxiedActorTests.OfClasses.class);
        refuses(
                description.formatted("recorded", HERE + "Recorded", "a record"),
                action.formatted("Recorded"),
                Recorded.class,
                ProxiedActorTests.OfClasses.class);
    }

    @Transactional
    @SupervisedActor
    static class FinalHandler implements StatefulActor<Order> {
        @Override
        public final Step handle(Order order) {
            return Step.KEEP;
        }
    }

    @Test
    void aHandlerThatAProxyCannotReach() {
        refuses(
                "An annotation of actor 'finalHandler' (%sFinalHandler), such as @Transactional, needs a proxy, and the method 'handle' is final: it would run on the proxy, which does not have the actor's fields."
                        .formatted(HERE),
                "Remove 'final' from the method 'handle'. Or move the annotated code to a separate bean that the actor calls.",
                FinalHandler.class,
                ProxiedActorTests.OfClasses.class);
    }

    @Transactional
    @SupervisedActor
    static class Inheriting extends Idle {}

    @Test
    void aTransactionOfAClassThatInheritsItsHandler() {
        refuses(
                "%1$sInheriting is annotated with @Transactional, but it inherits 'handle' from %1$sIdle, and Spring does not apply the annotation to inherited methods: the annotation would have no effect."
                        .formatted(HERE),
                "Override 'handle' in Inheriting, or annotate Idle with @Transactional.",
                Inheriting.class);
    }

    @SupervisedActor
    static class Helping extends Idle {
        @Transactional
        void save() {}
    }

    @Test
    void anAnnotationThatWouldHaveNoEffect() {
        refuses(
                "The method 'save' of actor bean 'actorMistakeTests.Helping' (%1$sHelping) is annotated with @Transactional, but only the actor itself can call it, and such a call does not pass through the proxy: the annotation would have no effect."
                        .formatted(HERE),
                "Move the annotation to the class or to 'handle'. Or move the method to a separate bean that the actor calls.",
                Helping.class);
    }

    @Test
    void aConstraintThatBeanValidationRefuses() {
        refuses(
                "Supervisor '/' could not start '/limiting' (%s): Bean Validation refuses the constraints of its methods: HV000151: A method overriding another method must not redefine the parameter constraint configuration, but method Limiting#handle(Limited) redefines the configuration of StatefulActor#handle(Object)."
                        .formatted(ProxiedActorTests.Limiting.class.getName()),
                "By default, a method must not add constraints to a parameter of the interface that it implements. To allow it, define a bean of type ValidationConfigurationCustomizer: 'validation -> validation.addProperty(\"hibernate.validator.allow_parameter_constraint_override\", \"true\")'. Or validate the message in a separate bean that the actor calls, or before it is sent.",
                ProxiedActorTests.Limiting.class);
    }

    // ---- beans that declare a child

    static class ThrowingChild {
        @Bean
        ChildSpecification<?> child() {
            throw new IllegalStateException("no child");
        }
    }

    static class ThrowingFactory {
        @Bean
        FactorySupervisor.Builder<String, Subject<Order>> orders() {
            throw new IllegalStateException("no factory");
        }
    }

    @Test
    void aMethodThatThrowsInsteadOfDeclaringAChild() {
        String action = "Remove the cause; the log shows its full stack trace at level DEBUG.";
        refuses(
                "The bean 'child' of %sThrowingChild, which declares a child of the supervision tree, could not be created: java.lang.IllegalStateException: no child."
                        .formatted(HERE),
                action,
                ThrowingChild.class);
        refuses(
                "The bean 'orders.builder' of %sThrowingFactory, which declares a child of the supervision tree, could not be created: java.lang.IllegalStateException: no factory."
                        .formatted(HERE),
                action,
                ThrowingFactory.class);
    }

    static class NullChild {
        @Bean
        @Nullable ChildSpecification<?> child() {
            return null;
        }
    }

    @Test
    void aMethodThatReturnsNullInsteadOfAChild() {
        refuses(
                "The bean 'child' declares a child of the supervision tree, but its @Bean method returned null.",
                "Return a value, or put a condition on the method, such as @ConditionalOnProperty.",
                NullChild.class);
    }

    // ---- warnings

    @Supervisor
    static class Slow {}

    @SupervisedActor(supervisor = Slow.class, shutdown = "12s")
    static class First extends Idle {}

    @SupervisedActor(supervisor = Slow.class, shutdown = "20s")
    static class Second extends Idle {}

    @SupervisedActor(shutdown = "brutal-kill")
    static class AtOnce extends Idle {}

    private static void run(String[] arguments, Class<?>... beans) {
        var spring = new SpringApplication(Application.class);
        spring.addPrimarySources(List.of(beans));
        spring.setWebApplicationType(WebApplicationType.NONE);
        spring.run(arguments).close();
    }

    @Test
    void warnsIfTheTreeMayStopLongerThanThePhase(CapturedOutput output) {
        run(new String[0], First.class, Second.class, AtOnce.class);

        assertThat(output)
                .contains(
                        "The actors of the supervision tree stop one after another and may take 32 s altogether (/slow/second 20 s, /slow/first 12 s), but 'spring.lifecycle.timeout-per-shutdown-phase' is 30 s. Actors that still run after 'otp.supervision.shutdown-timeout', which is 20 s, are killed. Shorten 'shutdown' of the actors, or raise both properties.");
    }

    @Test
    void doesNotWarnIfThePhaseIsLongEnough(CapturedOutput output) {
        run(
                new String[] {"--spring.lifecycle.timeout-per-shutdown-phase=32s"},
                First.class,
                Second.class,
                AtOnce.class);

        assertThat(output).contains("OTP tree started").doesNotContain("one after another");
    }

    @SupervisedActor(shutdown = "infinity")
    static class Patient extends Idle {}

    @Test
    void warnsIfAnActorMayStopForEver(CapturedOutput output) {
        run(new String[0], Patient.class, First.class);

        assertThat(output)
                .contains(
                        "stop one after another, some without a time limit (/patient), but 'spring.lifecycle.timeout-per-shutdown-phase' is 30 s.");
    }
}

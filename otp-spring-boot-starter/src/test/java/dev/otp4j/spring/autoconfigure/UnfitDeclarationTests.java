/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.unfit.Idle;
import dev.otp4j.unfit.abstracts.Base;
import dev.otp4j.unfit.fit.Clerk;
import dev.otp4j.unfit.inner.Around;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

/** Declarations that would silently create no actor. */
class UnfitDeclarationTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));

    private void refuses(Class<?> configuration, String description, String action) {
        runner.withUserConfiguration(configuration)
                .run(
                        context -> {
                            assertThat(context.getStartupFailure())
                                    .isInstanceOf(TreeDeclarationException.class)
                                    .hasMessageContaining(description);
                            FailureAnalysis analysis =
                                    new TreeDeclarationFailureAnalyzer()
                                            .analyze(context.getStartupFailure());
                            assertThat(analysis.getDescription()).contains(description);
                            assertThat(analysis.getAction()).contains(action);
                        });
    }

    @ComponentScan(basePackageClasses = Base.class)
    static class ScansAbstract {}

    @ComponentScan("${where:dev.otp4j.unfit.inner}")
    static class ScansInner {}

    @ComponentScan(basePackageClasses = Clerk.class)
    static class ScansFit {}

    @Test
    void anAbstractClassThatAScanSkipsIsRefused() {
        refuses(
                ScansAbstract.class,
                Base.class.getName() + " is annotated with @SupervisedActor, but it is abstract",
                "Move the annotation to a class that is not abstract.");
    }

    @Test
    void anInnerClassThatAScanSkipsIsRefused() {
        refuses(
                ScansInner.class,
                Around.Inside.class.getName()
                        + " is annotated with @SupervisedActor, but it is an inner class",
                "Make the class static");
    }

    @Test
    void whatAScanTakesIsStarted() {
        runner.withUserConfiguration(ScansFit.class)
                .run(
                        context ->
                                assertThat(
                                                context.getBean(OtpSystem.class)
                                                        .tree(1, 9)
                                                        .orElseThrow()
                                                        .children())
                                        .extracting(TreeNode::path)
                                        .containsExactly("/clerk", "/nested"));
    }

    @Test
    void aScanOfAWholeApplicationIsLookedAtAsWell() {
        var spring = new SpringApplication(Application.class);
        spring.setWebApplicationType(WebApplicationType.NONE);
        spring.setRegisterShutdownHook(false);

        assertThatThrownBy(spring::run)
                .isInstanceOf(TreeDeclarationException.class)
                .hasMessageContaining("it is abstract");
    }

    @ComponentScan(basePackageClasses = Base.class)
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    static class Application {}

    @SupervisedActor
    abstract static class RegisteredAbstract extends Idle {}

    @Test
    void anAbstractOrInnerClassThatIsRegisteredIsRefused() {
        refuses(RegisteredAbstract.class, "but it is abstract", "Move the annotation");
        refuses(Around.Inside.class, "but it is an inner class", "Make the class static");
    }

    static class Foo extends Idle {}

    @SupervisedActor
    static class Bar extends Idle {}

    @Configuration
    static class PlainBean {
        @Bean
        Foo foo() {
            return new Foo();
        }
    }

    @Configuration
    static class InterfaceBean {
        @Bean
        Actor<String, String> foo() {
            return new Foo();
        }
    }

    @Configuration
    static class FieldsBean {
        @Bean
        StatefulActor<String> fields() {
            return message -> StatefulActor.Step.KEEP;
        }
    }

    @Configuration
    static class AnnotatedBean {
        @Bean
        Bar bar() {
            return new Bar();
        }
    }

    @Configuration
    static class PrototypeBeans {
        @Bean
        @Scope("prototype")
        Bar bar() {
            return new Bar();
        }

        @Bean
        @Scope("prototype")
        Foo templateOfAFactory() {
            return new Foo();
        }
    }

    @Test
    void aBeanOfAnActorClassThatNothingStartsIsRefused() {
        String description = "The bean 'foo' is an actor (";
        refuses(PlainBean.class, description, "Annotate the class with @SupervisedActor");
        refuses(InterfaceBean.class, description, "Annotate the class with @SupervisedActor");
        refuses(FieldsBean.class, "The bean 'fields' is an actor (", "@SupervisedActor");
        refuses(AnnotatedBean.class, "The scope of actor 'bar'", "@Scope(\"prototype\")");
    }

    @Test
    void aBeanMethodOfAnAnnotatedClassAndATemplateArePrototypes() {
        runner.withUserConfiguration(PrototypeBeans.class)
                .run(
                        context ->
                                assertThat(
                                                context.getBean(OtpSystem.class)
                                                        .tree(1, 9)
                                                        .orElseThrow()
                                                        .children())
                                        .extracting(TreeNode::path)
                                        .containsExactly("/bar"));
    }

    @Configuration
    static class MisplacedBean {
        @Bean
        @ChildOf(order = 3)
        String text() {
            return "";
        }
    }

    @SupervisedActor
    @ChildOf(order = 3)
    static class PlacedTwice extends Idle {}

    @Test
    void aPlaceForWhatIsNoChildIsRefused() {
        refuses(MisplacedBean.class, "neither a ChildSpecification nor a", "remove @ChildOf");
        refuses(PlacedTwice.class, "@SupervisedActor declares its place", "remove @ChildOf");
    }
}

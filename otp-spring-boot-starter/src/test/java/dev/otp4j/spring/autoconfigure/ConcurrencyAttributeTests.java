/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.FactorySupervisor;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Concurrency limits by attribute, property and bean. */
class ConcurrencyAttributeTests {
    static class Quiet implements StatefulActor<String> {
        @Override
        public Step handle(String message) {
            return Step.KEEP;
        }
    }

    @SupervisedActor(value = "writer", concurrency = "${writer.concurrency:}")
    static class Writer extends Quiet {}

    @Supervisor(value = "shop", concurrency = "${shop.concurrency:}")
    static class Shop {}

    @SupervisedActor(value = "stock", supervisor = Shop.class)
    static class Stock extends Quiet {}

    @Configuration(proxyBeanMethods = false)
    static class Carts {
        @Bean("carts.builder")
        FactorySupervisor.Builder<Integer, Subject<String>> carts() {
            return FactorySupervisor.workerChild(id -> StatefulActor.of(Quiet::new).start());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Limits {
        @Bean
        ConcurrencyLimit database() {
            return ConcurrencyLimit.of("data-base", 7);
        }
    }

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Writer.class, Stock.class, Carts.class)
                    .withPropertyValues("otp.concurrency.db.permits=10");

    private static String limit(AssertableApplicationContext context, String actor) {
        var subject = (Subject<?>) context.getBean(actor);
        return limit(subject);
    }

    private static String limit(Subject<?> subject) {
        Optional<ProcessInfo.Permit> permit = ProcessInfo.permitOf(subject.owner());
        return permit.map(ProcessInfo.Permit::limit)
                .map(limit -> limit.name() + " " + limit.permits())
                .orElse("none");
    }

    @Test
    void anActorWithoutTheAttributeHasNoLimit() {
        runner.run(
                context -> {
                    assertThat(limit(context, "writer")).isEqualTo("none");
                    assertThat(limit(context, "stock")).isEqualTo("none");
                });
    }

    @Test
    void anActorHasTheLimitOfItsAttributeOrOfTheProperty() {
        runner.withPropertyValues("writer.concurrency=db", "otp.concurrency.http.permits=3")
                .run(context -> assertThat(limit(context, "writer")).isEqualTo("db 10"));
        runner.withPropertyValues(
                        "writer.concurrency=db",
                        "otp.concurrency.http.permits=3",
                        "otp.supervision.actors.writer.concurrency=http")
                .run(context -> assertThat(limit(context, "writer")).isEqualTo("http 3"));
        runner.withPropertyValues(
                        "writer.concurrency=db", "otp.supervision.actors.writer.concurrency=none")
                .run(context -> assertThat(limit(context, "writer")).isEqualTo("none"));
    }

    @Test
    void aBeanIsALimitByItsName() {
        runner.withUserConfiguration(Limits.class)
                .withPropertyValues("writer.concurrency=data_base")
                .run(
                        context -> {
                            assertThat(limit(context, "writer")).isEqualTo("data-base 7");
                            var writer = (Subject<?>) context.getBean("writer");
                            assertThat(ProcessInfo.permitOf(writer.owner()).orElseThrow().limit())
                                    .isSameAs(context.getBean(ConcurrencyLimit.class));
                        });
    }

    @Test
    void theActorsBelowASupervisorHaveItsLimit() {
        runner.withPropertyValues("shop.concurrency=db")
                .run(context -> assertThat(limit(context, "stock")).isEqualTo("db 10"));
        runner.withPropertyValues("otp.supervision.supervisors.shop.concurrency=db")
                .run(
                        context -> {
                            assertThat(limit(context, "stock")).isEqualTo("db 10");
                            assertThat(limit(context, "writer")).isEqualTo("none");
                        });
        runner.withPropertyValues(
                        "otp.supervision.supervisors.root.concurrency=db",
                        "otp.supervision.actors.stock.concurrency=none")
                .run(
                        context -> {
                            assertThat(limit(context, "writer")).isEqualTo("db 10");
                            assertThat(limit(context, "stock")).isEqualTo("none");
                        });
    }

    @Test
    @SuppressWarnings("unchecked") // the builder says what the handle takes
    void theChildrenOfAFactoryHaveTheLimitOfItsProperty() {
        runner.withPropertyValues("otp.supervision.factories.carts.concurrency=db")
                .run(
                        context -> {
                            var carts =
                                    (FactorySupervisor<Integer, Subject<String>>)
                                            context.getBean("carts");
                            assertThat(limit(carts.startChild(1).data())).isEqualTo("db 10");
                        });
    }

    @Test
    void twoActorsShareTheLimitOfAName() {
        runner.withPropertyValues(
                        "writer.concurrency=db", "otp.supervision.actors.stock.concurrency=DB")
                .run(
                        context -> {
                            var writer = (Subject<?>) context.getBean("writer");
                            var stock = (Subject<?>) context.getBean("stock");
                            assertThat(ProcessInfo.permitOf(stock.owner()).orElseThrow().limit())
                                    .isSameAs(
                                            ProcessInfo.permitOf(writer.owner())
                                                    .orElseThrow()
                                                    .limit());
                        });
    }

    // ---- mistakes

    private static void refused(
            AssertableApplicationContext context, String message, String action) {
        assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOfSatisfying(
                        TreeDeclarationException.class,
                        e -> {
                            assertThat(e).hasMessage(message);
                            assertThat(e.action()).isEqualTo(action);
                        });
    }

    @Test
    void aNameWithoutALimitFailsTheStartAndSaysTheNearest() {
        runner.withPropertyValues("writer.concurrency=bd")
                .run(
                        context ->
                                refused(
                                        context,
                                        "The attribute 'concurrency' of actor 'writer' (%s) names no concurrency limit: \"bd\". The limits are: db."
                                                .formatted(Writer.class.getName()),
                                        "Did you mean 'db'? Otherwise declare the limit with the property 'otp.concurrency.bd.permits', or by a bean of type ConcurrencyLimit."));
        runner.withPropertyValues("otp.supervision.factories.carts.concurrency=reports")
                .run(
                        context ->
                                refused(
                                        context,
                                        "The property 'otp.supervision.factories.carts.concurrency' names no concurrency limit: \"reports\". The limits are: db.",
                                        "Set it to the name of a limit, or declare the limit with the property 'otp.concurrency.reports.permits', or by a bean of type ConcurrencyLimit."));
    }

    @Test
    void aLimitWhoseSettingIsMisspeltIsNotThere() {
        runner.withPropertyValues("otp.concurrency.http.permitz=3", "writer.concurrency=http")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageEndingWith(
                                                "names no concurrency limit: \"http\". The limits are: db."));
    }

    @Test
    void aLimitThatIsDeclaredTwiceFailsTheStart() {
        runner.withUserConfiguration(Limits.class)
                .withPropertyValues(
                        "otp.concurrency.database.permits=3", "writer.concurrency=database")
                .run(
                        context ->
                                refused(
                                        context,
                                        "The concurrency limit 'data-base' is declared twice: by the bean 'database' and by the property 'otp.concurrency.database.permits'.",
                                        "Remove the property, or the bean. To set the permits of the bean by a property, read the property in the method that makes the bean."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "otp.concurrency.http.permits=0|'otp.concurrency.http.permits' must be positive: 0",
                "otp.concurrency.none.permits=3|'otp.concurrency.none' must have another name: in the setting 'concurrency', 'none' means no limit",
                "otp.supervision.actors.writer.concurrency=|'otp.supervision.actors.writer.concurrency' must be the name of a concurrency limit, or 'none': \"\"",
                "otp.supervision.supervisors.shop.concurrency= |'otp.supervision.supervisors.shop.concurrency' must be the name of a concurrency limit, or 'none': \"\""
            })
    void aSettingThatMeansNothingFailsTheStart(String property, String message) {
        runner.withPropertyValues(property)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessage(message));
    }
}

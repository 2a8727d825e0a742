/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.otp4j.process.Subject;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.spring.modulith.Instance.Board;
import dev.otp4j.spring.modulith.Instance.Entry;
import dev.otp4j.spring.modulith.Instance.Ledger;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;

/** Mistakes in the declaration of durable targets. */
@Timeout(60)
class DeclarationTests {
    private static void startFails(Class<?> application, String text, String... properties) {
        Throwable failure =
                catchThrowable(
                        () ->
                                Instance.started(
                                                application,
                                                Databases.h2(),
                                                new Board(),
                                                properties)
                                        .close());

        assertThat(NestedExceptionUtils.getMostSpecificCause(failure))
                .isInstanceOf(TreeDeclarationException.class)
                .hasMessage(text);
    }

    @ParameterizedTest
    @Rule("DD-12")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    otp.durable-delivery.staleness=30s | The durable target 'ledger' may take PT30S for an event, but otp.durable-delivery.staleness is PT30S: an event would be tried again while it is handled.
                    otp.durable-delivery.timeout=0s | The property otp.durable-delivery.timeout must be positive: PT0S.
                    otp.durable-delivery.max-attempts=0 | The property otp.durable-delivery.max-attempts must be from 1 to 100: 0.
                    otp.durable-delivery.max-delay=10ms | The property otp.durable-delivery.max-delay must not be shorter than otp.durable-delivery.delay (PT0.05S): PT0.01S.
                    spring.modulith.events.jdbc.use-legacy-structure=true | Durable delivery needs the columns STATUS and COMPLETION_ATTEMPTS of the table of publications, but spring.modulith.events.jdbc.use-legacy-structure is true.
                    spring.modulith.events.registry-trigger-annotation=java.lang.Deprecated | 'spring.modulith.events.registry-trigger-annotation' is set to java.lang.Deprecated, so Spring Modulith stores no publication for durable targets: they are not annotated methods.
                    """)
    void settingsThatCannotWorkFailTheStart(String property, String text) {
        startFails(Instance.Application.class, text, property);
    }

    @Test
    @Rule("DD-12")
    @ExtendWith(OutputCaptureExtension.class)
    void settingsOfModulithThatTakeEventsFromTargetsAreReported(CapturedOutput output) {
        String republish = "spring.modulith.events.republish-outstanding-events-on-restart";
        String staleness = "spring.modulith.events.staleness.processing";
        Instance.started(
                        Instance.Application.class,
                        Databases.h2(),
                        new Board(),
                        republish + "=true",
                        staleness + "=7m")
                .close();

        assertThat(output)
                .contains("'" + republish + "' is true: each instance that starts sends events")
                .contains("'" + staleness + "' is set to 7m: Spring Modulith measures from");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Ledger.class)
    static class Twins {
        @Bean
        DurableTarget<Entry> one(Subject<Ledger.Write> ledger) {
            return DurableTarget.of("ledger", Entry.class, Entry::id)
                    .calling(ledger, Ledger.Write::new);
        }

        @Bean
        DurableTarget<Entry> two(Subject<Ledger.Write> ledger) {
            return one(ledger);
        }
    }

    @Test
    @Rule("DD-12")
    void twoTargetsOfOneNameFailTheStart() {
        startFails(Twins.class, "Two durable targets have the name 'ledger'.");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
                "org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration"
            })
    @Import(Ledger.class)
    static class WithoutModulith {
        @Bean
        DurableTarget<Entry> one(Subject<Ledger.Write> ledger) {
            return DurableTarget.of("ledger", Entry.class, Entry::id)
                    .calling(ledger, Ledger.Write::new);
        }
    }

    @Test
    @Rule("DD-12")
    void withoutARegistryTheStartFailsAndSaysWhatToAdd() {
        startFails(
                WithoutModulith.class,
                "There are beans of DurableTarget, but no event publication registry with JDBC that could store their events.");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName =
                    "org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration")
    static class WithoutStore {}

    @Test
    @Rule("DD-12")
    @ExtendWith(OutputCaptureExtension.class)
    void modulithWithoutAStoreFailsTheStartAndOurTextSaysWhatToAdd(CapturedOutput output) {
        assertThatThrownBy(() -> Instance.started(WithoutStore.class, Databases.h2(), new Board()))
                .isInstanceOf(Exception.class);

        assertThat(output)
                .contains("Spring Modulith has no event publication registry")
                .contains("spring-modulith-starter-jdbc");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithoutTarget {}

    @Test
    void anApplicationWithoutATargetHasNoneOfThis() {
        try (Instance one = Instance.started(WithoutTarget.class, Databases.h2(), new Board())) {
            assertThat(one.context.getBeansOfType(DurableDelivery.class)).isEmpty();
            assertThat(one.context.containsBean("otpDurableDeliveryTree")).isFalse();
        }
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        var events = DurableTarget.of("a", Entry.class, Entry::id);
        DurableTarget<Entry> target = events.calling(entry -> null, Ledger.Write::new);

        assertThatThrownBy(() -> DurableTarget.of("a b", Entry.class, Entry::id))
                .hasMessageContaining("'name' must have")
                .hasMessageContaining("\"a b\"");
        assertThatThrownBy(() -> target.timeout(Duration.ZERO))
                .hasMessage("'timeout' must be positive: PT0S");
        assertThatThrownBy(() -> target.concurrency(0))
                .hasMessage("'concurrency' must be positive: 0");
        assertThat(target.timeout(Duration.ofSeconds(1)).concurrency(3).concurrency()).isEqualTo(3);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.lease.LeaseInfo;
import dev.otp4j.lease.LeaseKeeper;
import dev.otp4j.lease.Tenure;
import dev.otp4j.process.Subject;
import dev.otp4j.process.SubjectException;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.spring.singleton.autoconfigure.LeasesEndpoint;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.testkit.Actors;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.JdbcTemplate;

/** Annotated children of two contexts with one database. */
@Timeout(60)
class OnOneInstanceTests {
    private static final List<String> RUNS = new CopyOnWriteArrayList<>();

    @SupervisedActor
    @OnOneInstance
    static class Invoicing implements StatefulActor<String> {
        private final Tenure tenure;
        private final JdbcTemplate jdbc;

        Invoicing(Tenure tenure, JdbcTemplate jdbc) {
            this.tenure = tenure;
            this.jdbc = jdbc;
        }

        @Override
        public void started(Subject<String> self) {
            RUNS.add("invoicing " + tenure.token());
        }

        /** The guarded write of the guide. */
        @Override
        public Step handle(String text) {
            int changed =
                    jdbc.update(
                            "UPDATE ledger SET text = ?, token = ? WHERE token <= ?",
                            text,
                            tenure.token(),
                            tenure.token());
            if (changed == 0) throw new IllegalStateException("another instance has taken over");
            return Step.KEEP;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Invoicing.class)
    static class Application {
        @Bean
        @OnOneInstance(lease = "${cleaning.lease:nightly-cleaning}", intensity = 5, period = "1m")
        ChildSpecification<?> cleaning() {
            return ChildSpecification.worker("cleaning", Actors.<String>idle()::start);
        }

        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }

    private final String url = "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID());
    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

    private ConfigurableApplicationContext started(
            String instance, Class<?> application, String... properties) {
        ConfigurableApplicationContext context =
                new SpringApplicationBuilder(application)
                        .web(WebApplicationType.NONE)
                        .properties(
                                "spring.datasource.url=" + url,
                                "otp.lease.instance=" + instance,
                                "otp.lease.ttl=30s",
                                "otp.lease.margin=10s",
                                "otp.lease.poll-interval=50ms",
                                "management.endpoints.access.default=read-only",
                                "management.endpoints.web.exposure.include=*",
                                "management.endpoints.jmx.exposure.include=*",
                                "spring.main.banner-mode=off")
                        .properties(properties)
                        .run();
        contexts.add(context);
        return context;
    }

    private ConfigurableApplicationContext started(String instance) {
        return started(instance, Application.class);
    }

    @AfterEach
    void close() {
        contexts.forEach(ConfigurableApplicationContext::close);
        RUNS.clear();
    }

    private static LeaseInfo lease(ConfigurableApplicationContext context, String name) {
        return context.getBean(LeaseKeeper.class).lease(name).orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static Subject<String> invoicing(ConfigurableApplicationContext context) {
        return (Subject<String>)
                context.getBeanProvider(
                                ResolvableType.forClassWithGenerics(Subject.class, String.class))
                        .getObject();
    }

    @Test
    void anAnnotatedActorRunsOnOneOfTwoInstances() {
        ConfigurableApplicationContext a = started("host-a");
        eventually("it runs", () -> RUNS.equals(List.of("invoicing 1")));
        ConfigurableApplicationContext b = started("host-b");
        eventually("b has looked", () -> "host-a".equals(lease(b, "invoicing").owner()));

        assertThatThrownBy(() -> invoicing(b).send("hello"))
                .isInstanceOf(SubjectException.class)
                .hasMessageContaining("the singleton 'invoicing' runs on host-a, with token 1");
        OtpSystem tree = a.getBean(OtpSystem.class);
        assertThat(tree.find("/invoicing/tenure/invoicing", 0, 1)).isPresent();

        a.close();
        eventually("b runs it", () -> RUNS.equals(List.of("invoicing 1", "invoicing 2")));
    }

    @Test
    void theActorWritesWithItsToken() {
        ConfigurableApplicationContext a = started("host-a");
        var jdbc = a.getBean(JdbcTemplate.class);
        jdbc.execute("CREATE TABLE ledger (text VARCHAR(100), token BIGINT)");
        jdbc.update("INSERT INTO ledger VALUES ('', 0)");
        eventually("it runs", () -> RUNS.size() == 1);
        invoicing(a).send("paid");

        eventually(
                "written",
                () -> "paid".equals(jdbc.queryForObject("SELECT text FROM ledger", String.class)));
        assertThat(jdbc.queryForObject("SELECT token FROM ledger", Long.class)).isEqualTo(1);
    }

    @Test
    void aBeanOfASpecificationHasItsOwnLease() {
        ConfigurableApplicationContext a = started("host-a");
        eventually("held", () -> lease(a, "nightly-cleaning").isHere());

        var tree = a.getBean(OtpSystem.class);
        eventually("it runs", () -> tree.find("/cleaning/tenure/cleaning", 0, 1).isPresent());
        var tenure = tree.find("/cleaning/tenure", 0, 1).orElseThrow();
        assertThat(tenure.tolerance().intensity()).isEqualTo(5);
    }

    @Test
    void healthEndpointAndMetersShowTheLeases() {
        ConfigurableApplicationContext a = started("host-a");
        eventually("held", () -> lease(a, "invoicing").isHere());

        var health = a.getBean("otpLeasesHealthIndicator", HealthIndicator.class).health();
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails().get("invoicing"))
                .asString()
                .startsWith("has the lease 'invoicing', token 1");
        var leases = a.getBean(LeasesEndpoint.class).leases();
        assertThat(leases.instance()).isEqualTo("host-a");
        assertThat(leases.leases())
                .extracting(LeasesEndpoint.LeaseDescriptor::name)
                .containsExactly("invoicing", "nightly-cleaning");
        var registry = a.getBean(MeterRegistry.class);
        assertThat(registry.get("otp.lease.held").tag("lease", "invoicing").gauge().value())
                .isEqualTo(1);
        assertThat(registry.get("otp.lease.token").tag("lease", "invoicing").gauge().value())
                .isEqualTo(1);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
    static class WithoutDatabase {
        @Bean
        @OnOneInstance
        ChildSpecification<?> cleaning() {
            return ChildSpecification.worker("cleaning", Actors.<String>idle()::start);
        }
    }

    @Test
    void withoutADatabaseTheStartFailsAndSaysWhatToSet() {
        assertThatThrownBy(() -> started("host-a", WithoutDatabase.class))
                .hasStackTraceContaining(
                        "The child 'cleaning' is annotated with @OnOneInstance, but there is no LeaseKeeper");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "otp.lease.ttl=50ms|'otp.lease.ttl' must be from 100 ms to one day: PT0.05S.|Set 'otp.lease.ttl' to a duration of that range, such as 10s.",
                "otp.lease.ttl=25h|'otp.lease.ttl' must be from 100 ms to one day: PT25H.|Set 'otp.lease.ttl' to a duration of that range, such as 10s.",
                "otp.lease.margin=16s|'otp.lease.margin' must not be longer than half of 'otp.lease.ttl' (PT15S): PT16S.|Set 'otp.lease.margin' to a positive duration of at most PT15S.",
                "otp.lease.margin=0s|'otp.lease.margin' must be positive: PT0S.|Set 'otp.lease.margin' to a positive duration of at most PT15S.",
                "otp.lease.poll-interval=31s|'otp.lease.poll-interval' must not be longer than 'otp.lease.ttl' (PT30S): PT31S.|Set 'otp.lease.poll-interval' to a positive duration of at most PT30S.",
                "otp.lease.poll-interval=0s|'otp.lease.poll-interval' must be positive: PT0S.|Set 'otp.lease.poll-interval' to a positive duration of at most PT30S.",
            })
    void aSettingThatCannotBeUsedFailsTheStartByItsName(
            String property, String text, String action) {
        assertThatThrownBy(() -> started("host-a", Application.class, property))
                .rootCause()
                .hasMessage(text)
                .asInstanceOf(type(TreeDeclarationException.class))
                .extracting(TreeDeclarationException::action)
                .isEqualTo(action);
    }

    @Test
    void aBlankOrLongNameOfTheInstanceFailsTheStart() {
        for (String name : List.of("", "a".repeat(201))) {
            assertThatThrownBy(() -> started(name))
                    .rootCause()
                    .isInstanceOf(TreeDeclarationException.class)
                    .hasMessage(
                            "'otp.lease.instance' must have from 1 to 200 characters: \"%s\".",
                            name);
        }
    }

    /** The properties are checked apart from the keeper, which has to accept the same values. */
    @Test
    void theKeeperTakesTheOutermostValuesThatTheCheckLetsPass() {
        var shortest = Duration.ofMillis(100);
        var longest = Duration.ofDays(1);
        for (Duration ttl : List.of(shortest, longest)) {
            ConfigurableApplicationContext context =
                    started(
                            "a".repeat(200),
                            WithoutSingleton.class,
                            "otp.lease.ttl=" + ttl,
                            "otp.lease.margin=" + ttl.dividedBy(2),
                            "otp.lease.poll-interval=" + ttl);
            assertThat(context.getBean(LeaseKeeper.class).ttl()).isEqualTo(ttl);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithoutSingleton {}

    @Test
    void anApplicationWithoutASingletonStartsNoThread() {
        ConfigurableApplicationContext context = started("host-c", WithoutSingleton.class);

        assertThat(context.getBean(LeaseKeeper.class).leases()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.endsWith(":host-c"));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.CallException;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxLimit.WhenFull;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.Shutdown;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.Tolerance;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Properties for single actors, factories and supervisors. */
@Timeout(60)
class TuningTests {
    @Supervisor
    static class Shop {}

    /** Never replies. */
    @SupervisedActor(value = "cold-store", supervisor = Shop.class, restart = Restart.PERMANENT)
    static class Store implements Actor<Integer, Subject<String>> {
        @Override
        public Integer init(Subject<Subject<String>> self) throws InterruptedException {
            return 0;
        }

        @Override
        public Next<Integer, Subject<String>> onMessage(Integer state, Subject<String> replyTo) {
            return Next.continueWith(state);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Children {
        @Bean
        FactorySupervisor.Builder<String, Subject<Subject<String>>> carts() {
            return FactorySupervisor.workerChild((String user) -> Actor.of(Store::new).start())
                    .restartTolerance(3, Duration.ofSeconds(7));
        }

        @Bean
        ChildSpecification<?> clock() {
            return ChildSpecification.worker("clock", () -> Actor.of(Store::new).start());
        }
    }

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Store.class, Children.class);

    private static TreeNode node(AssertableApplicationContext context, String path) {
        return context.getBean(OtpSystem.class).find(path, 0, 0).orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static Subject<Subject<String>> store(AssertableApplicationContext context) {
        return (Subject<Subject<String>>) context.getBean("cold-store");
    }

    @ParameterizedTest
    @CsvSource({"cold-store", "coldStore", "COLDSTORE", "cold_store"})
    void anActorHasWhatPropertiesSay(String key) {
        String prefix = "otp.supervision.actors." + key;
        runner.withPropertyValues(
                        prefix + ".restart=transient",
                        prefix + ".shutdown=brutal-kill",
                        prefix + ".trap-exits=false",
                        prefix + ".interrupt-on-kill=false")
                .run(
                        context -> {
                            var child = specification(context, "cold-store");

                            assertThat(child.restart()).isEqualTo(Restart.TRANSIENT);
                            assertThat(child.shutdown()).isEqualTo(new Shutdown.BrutalKill());
                            assertThat(child.interruptOnKill()).isFalse();
                            assertThat(trapsExits(context)).isFalse();
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "7 reject, REJECT, PT0S",
        "7 drop-newest, DROP_NEWEST, PT0S",
        "7 block 250ms, BLOCK, PT0.25S"
    })
    void anActorHasTheMailboxThatPropertiesSay(String text, WhenFull whenFull, Duration wait) {
        runner.withPropertyValues("otp.supervision.actors.cold-store.mailbox=" + text)
                .run(
                        context ->
                                assertThat(ProcessInfo.mailboxLimitOf(store(context).owner()))
                                        .contains(new MailboxLimit(7, whenFull, wait)));
        runner.run(
                context ->
                        assertThat(ProcessInfo.mailboxLimitOf(store(context).owner())).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"drop, 0, 100", "retry 3, 3, 100", "retry 2 park 7, 2, 7"})
    void anActorRetainsItsMailboxAsPropertiesSay(String text, int retries, int parked) {
        runner.withPropertyValues("otp.supervision.actors.cold-store.retained=" + text)
                .run(
                        context ->
                                assertThat(ProcessInfo.retentionOf(store(context).owner()))
                                        .contains(new MailboxRetention(retries, parked)));
        runner.withPropertyValues("otp.supervision.actors.cold-store.retained=off")
                .run(
                        context ->
                                assertThat(ProcessInfo.retentionOf(store(context).owner()))
                                        .isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "mailbox, 0 reject",
        "mailbox, many",
        "mailbox, 5 block",
        "mailbox, 5 block 0s",
        "mailbox, 99999999999 reject",
        "batches, 0",
        "retained, keep",
        "retained, retry",
        "retained, retry 0",
        "retained, drop park 5",
        "retained, retry 3 park 0"
    })
    void aMailboxThatMeansNothingFailsTheStart(String property, String value) {
        String key = "otp.supervision.actors.cold-store." + property;
        runner.withPropertyValues(key + "=" + value)
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageStartingWith("'%s' must be ".formatted(key))
                                        .hasMessageEndingWith(": " + value));
    }

    private static ChildSpecification<?> specification(
            AssertableApplicationContext context, String actor) {
        return StaticSupervisor.of(Objects.requireNonNull(node(context, "/shop").pid()))
                .flatMap(shop -> shop.childSpecification(actor))
                .orElseThrow();
    }

    private static boolean trapsExits(AssertableApplicationContext context) {
        var node = node(context, "/shop/cold-store");
        return ProcessInfo.of(Objects.requireNonNull(node.pid())).trapsExits();
    }

    /** Never begins. */
    @SupervisedActor
    static class Endless extends Store {
        @Override
        public Integer init(Subject<Subject<String>> self) throws InterruptedException {
            new CountDownLatch(1).await();
            return 0;
        }
    }

    @Test
    void anInitialiserHasTheTimeThatPropertiesSay() {
        runner.withUserConfiguration(Endless.class)
                .withPropertyValues("otp.supervision.actors.endless.init-timeout=50ms")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .hasStackTraceContaining("within PT0.05S"));
    }

    @Test
    void ofTwoKeysThatMeanTheSameTheFirstSourceCounts() {
        runner.withPropertyValues("otp.supervision.actors.cold-store.restart=transient")
                .withInitializer(
                        context ->
                                context.getEnvironment()
                                        .getPropertySources()
                                        .addLast(
                                                new MapPropertySource(
                                                        "last",
                                                        Map.of(
                                                                "otp.supervision.actors.coldstore.restart",
                                                                "temporary",
                                                                "otp.supervision.actors.coldstore.shutdown",
                                                                "7s"))))
                .run(
                        context -> {
                            var child = specification(context, "cold-store");

                            assertThat(child.restart()).isEqualTo(Restart.TRANSIENT);
                            assertThat(child.shutdown())
                                    .isEqualTo(new Shutdown.After(Duration.ofSeconds(7)));
                        });
    }

    @Test
    void aSettingMayBeWrittenWithUnderscores() {
        runner.withPropertyValues(
                        "otp.supervision.actors.cold-store.interrupt_on_kill=false",
                        "otp.supervision.actors.cold-store.TRAP_EXITS=false")
                .run(
                        context -> {
                            assertThat(specification(context, "cold-store").interruptOnKill())
                                    .isFalse();
                            assertThat(trapsExits(context)).isFalse();
                        });
    }

    @ParameterizedTest
    @CsvSource({"INTERRUPTONKILL", "INTERRUPT_ON_KILL"})
    void anEnvironmentVariableWritesItsKeysWithoutDashes(String setting) {
        var variables =
                new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        Map.of(
                                "OTP_SUPERVISION_ACTORS_COLDSTORE_" + setting,
                                "false",
                                "OTP_SUPERVISION_SUPERVISORS_SHOP_INTENSITY",
                                "8"));
        runner.withInitializer(
                        context ->
                                context.getEnvironment()
                                        .getPropertySources()
                                        .replace(variables.getName(), variables))
                .run(
                        context -> {
                            assertThat(specification(context, "cold-store").interruptOnKill())
                                    .isFalse();
                            assertThat(node(context, "/shop").tolerance())
                                    .isEqualTo(new Tolerance(8, Duration.ofSeconds(5)));
                        });
    }

    @Test
    void aValueThatIsNotSetStays() {
        runner.withPropertyValues("otp.supervision.actors.cold-store.shutdown=1s")
                .run(
                        context -> {
                            assertThat(specification(context, "cold-store").restart())
                                    .isEqualTo(Restart.PERMANENT);
                            assertThat(trapsExits(context)).isTrue();
                        });
    }

    @Test
    void aChildSpecificationHasWhatPropertiesSay() {
        runner.withPropertyValues("otp.supervision.actors.clock.restart=temporary")
                .run(
                        context ->
                                assertThat(node(context, "/clock").restartPolicy())
                                        .isEqualTo(Restart.TEMPORARY));
    }

    @Test
    void aFactoryHasWhatPropertiesSay() {
        runner.withPropertyValues(
                        "otp.supervision.factories.carts.max-children=1",
                        "otp.supervision.factories.carts.restart=permanent",
                        "otp.supervision.factories.carts.shutdown=1s",
                        "otp.supervision.factories.carts.intensity=9")
                .run(
                        context -> {
                            @SuppressWarnings("unchecked")
                            var carts = (FactorySupervisor<String, ?>) context.getBean("carts");
                            carts.startChild("ann");

                            assertThatThrownBy(() -> carts.startChild("bob"))
                                    .isInstanceOfSatisfying(
                                            StartException.class,
                                            refused ->
                                                    assertThat(refused.error())
                                                            .isInstanceOf(
                                                                    StartError.MaxChildren.class));
                            assertThat(carts.children().getFirst().restart())
                                    .isEqualTo(Restart.PERMANENT);
                            assertThat(node(context, "/carts").tolerance())
                                    .isEqualTo(new Tolerance(9, Duration.ofSeconds(7)));
                        });
    }

    @Test
    void aCallThatNamesNoTimeWaitsAsLongAsThePropertySays() {
        runner.withPropertyValues("otp.call.timeout=1ms")
                .run(
                        context ->
                                assertThatThrownBy(() -> store(context).<String>call(r -> r))
                                        .isInstanceOf(CallException.TimedOut.class)
                                        .hasMessageContaining("PT0.001S"));
    }

    @Test
    void unknownNamesCanBeIgnoredWhereATreeIsNotWhole() {
        runner.withPropertyValues(
                        "otp.supervision.fail-on-unknown-names=false",
                        "otp.supervision.actors.other.restart=temporary")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Nested
    class Refused {
        private void declaration(String property, String description, String action) {
            runner.withPropertyValues(property)
                    .run(
                            context ->
                                    assertThat(context)
                                            .getFailure()
                                            .rootCause()
                                            .isInstanceOfSatisfying(
                                                    TreeDeclarationException.class,
                                                    refused -> {
                                                        assertThat(refused).hasMessage(description);
                                                        assertThat(refused.action())
                                                                .isEqualTo(action);
                                                    }));
        }

        @Test
        void anUnknownActor() {
            declaration(
                    "otp.supervision.actors.cold-stroe.restart=temporary",
                    "The property 'otp.supervision.actors.cold-stroe' names no actor of the tree. The actors are: clock, cold-store.",
                    "Did you mean 'otp.supervision.actors.cold-store'? Otherwise remove the property.");
        }

        @Test
        void anUnknownFactory() {
            declaration(
                    "otp.supervision.factories.unlike.restart=temporary",
                    "The property 'otp.supervision.factories.unlike' names no factory of the tree. The factories are: carts.",
                    "Correct the name, or remove the property.");
        }

        @Test
        void aFactoryAmongTheActors() {
            declaration(
                    "otp.supervision.actors.carts.restart=temporary",
                    "The property 'otp.supervision.actors.carts' names no actor of the tree. The actors are: clock, cold-store.",
                    "'carts' is one of the factories: use 'otp.supervision.factories.carts'.");
        }

        @Test
        void anUnknownSupervisor() {
            declaration(
                    "otp.supervision.supervisors.shopp.intensity=1",
                    "The property 'otp.supervision.supervisors.shopp' names no supervisor of the tree. The supervisors are: root, shop.",
                    "Did you mean 'otp.supervision.supervisors.shop'? Otherwise remove the property.");
        }

        @Test
        void anUnknownSetting() {
            declaration(
                    "otp.supervision.actors.cold-store.shutdwon=1s",
                    "The property 'otp.supervision.actors.cold-store.shutdwon' is not a setting of an actor. The settings are: await-thread-on-kill, backoff, batches, chaining, concurrency, drop-expired-calls, fail-circular-calls, idle-timeout, init-timeout, interrupt-on-kill, mailbox, restart, retained, shutdown, stuck-after, trap-exits.",
                    "Did you mean 'otp.supervision.actors.cold-store.shutdown'? Otherwise remove the property.");
            declaration(
                    "otp.supervision.factories.carts.colour=red",
                    "The property 'otp.supervision.factories.carts.colour' is not a setting of a factory. The settings are: await-thread-on-kill, backoff, concurrency, intensity, max-children, parallel-starts, passivate-after, period, restart, shutdown, start-limit, stuck-after, tolerance-per-key.",
                    "Correct the last part of the property, or remove it.");
            declaration(
                    "otp.supervision.supervisors.shop.intensty=3",
                    "The property 'otp.supervision.supervisors.shop.intensty' is not a setting of a supervisor. The settings are: concurrency, intensity, period.",
                    "Did you mean 'otp.supervision.supervisors.shop.intensity'? Otherwise remove the property.");
        }

        @Test
        void partsOfASetting() {
            declaration(
                    "otp.supervision.actors.cold-store.mailbox[0]=7 reject",
                    "The property 'otp.supervision.actors.cold-store.mailbox' must be one value, and not a list or an object.",
                    "Set 'otp.supervision.actors.cold-store.mailbox' itself.");
            declaration(
                    "otp.supervision.actors.cold-store.mailbox.limit=7",
                    "The property 'otp.supervision.actors.cold-store.mailbox' must be one value, and not a list or an object.",
                    "Set 'otp.supervision.actors.cold-store.mailbox' itself.");
            declaration(
                    "otp.supervision.actors.cold-store.interrupt.on.kill=false",
                    "The property 'otp.supervision.actors.cold-store.interrupt.on.kill' is not a setting of an actor. The settings are: await-thread-on-kill, backoff, batches, chaining, concurrency, drop-expired-calls, fail-circular-calls, idle-timeout, init-timeout, interrupt-on-kill, mailbox, restart, retained, shutdown, stuck-after, trap-exits.",
                    "Did you mean 'otp.supervision.actors.cold-store.interrupt-on-kill'? Otherwise remove the property.");
        }

        @Test
        void whatOnlyAStartFunctionKnows() {
            runner.withPropertyValues("otp.supervision.actors.clock.chaining=false")
                    .run(
                            context ->
                                    assertThat(context)
                                            .getFailure()
                                            .rootCause()
                                            .hasMessage(
                                                    "The property 'otp.supervision.actors.clock.chaining' cannot be applied: child 'clock' (bean 'clock') is a ChildSpecification, and its start function decides this."));
        }

        @ParameterizedTest
        @CsvSource({
            "otp.supervision.actors.clock.shutdown, -1s, 'must be a duration that is not negative, ''infinity'' or ''brutal-kill'': -1s'",
            "otp.supervision.actors.clock.shutdown, soon, 'must be a duration that is not negative, ''infinity'' or ''brutal-kill'': soon'",
            "otp.supervision.actors.clock.idle-timeout, 0s, must be positive: PT0S",
            "otp.supervision.actors.clock.init-timeout, 0s, must be positive: PT0S",
            "otp.supervision.actors.clock.stuck-after, -1s, must be positive: PT-1S",
            "otp.supervision.factories.carts.max-children, -1, must not be negative: -1",
            "otp.supervision.factories.carts.intensity, -2, must not be negative: -2",
            "otp.supervision.factories.carts.period, 0s, must be positive: PT0S",
            "otp.supervision.supervisors.shop.intensity, -1, must not be negative: -1",
            "otp.call.timeout, 0s, must be positive: PT0S"
        })
        void aValueThatMakesNoSense(String property, String value, String text) {
            runner.withPropertyValues(property + "=" + value)
                    .run(
                            context ->
                                    assertThat(context)
                                            .getFailure()
                                            .rootCause()
                                            .hasMessage("'" + property + "' " + text));
        }
    }
}

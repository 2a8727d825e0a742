/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.StartFailures;
import dev.otp4j.process.CallTiming;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.MessageContext;
import dev.otp4j.process.ProcessContext;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.spring.OtpSystemCustomizer;
import dev.otp4j.spring.ThreadCleaner;
import dev.otp4j.spring.autoconfigure.OtpProperties.OnStartupFailure;
import java.time.Duration;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the Erlang/OTP supervision tree: the {@link OtpSystem} of this context, the
 * subjects of its actors, and the lifecycle bean that starts and stops the tree.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@EnableConfigurationProperties(OtpProperties.class)
public final class OtpAutoConfiguration {
    static final String ADDRESSES = "otpAddresses";

    OtpAutoConfiguration() {}

    @Bean
    static TreeBeansRegistrar otpTreeBeansRegistrar() {
        return new TreeBeansRegistrar();
    }

    @Bean
    StartProgress otpStartProgress() {
        return new StartProgress();
    }

    @Bean
    StartSteps otpStartSteps(ConfigurableListableBeanFactory beans) {
        return new StartSteps(beans.getApplicationStartup());
    }

    @Bean
    DegradedStart otpDegradedStart(
            ApplicationContext context,
            ObjectProvider<OtpSystem> system,
            OtpProperties properties) {
        boolean wanted = properties.supervision().onStartupFailure() == OnStartupFailure.DEGRADE;
        return new DegradedStart(context, system, wanted);
    }

    @Bean
    StartFailures otpStartFailures(DegradedStart degraded) {
        return degraded.failures();
    }

    @Bean
    ActorBeans otpActorBeans(ConfigurableListableBeanFactory beans) {
        return new ActorBeans(beans);
    }

    @Bean
    ConcurrencyLimits otpConcurrencyLimits(
            ConfigurableListableBeanFactory beans, OtpProperties properties) {
        return new ConcurrencyLimits(beans, properties.concurrency());
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    RootSupervisor otpRootSupervisor(
            ConfigurableListableBeanFactory beans,
            ActorBeans objects,
            ObjectProvider<Addresses> addresses,
            StartProgress progress,
            StartSteps steps,
            DegradedStart degraded,
            OtpProperties properties,
            ConcurrencyLimits limits,
            Environment environment) {
        return new RootSupervisor(
                beans,
                objects,
                addresses,
                progress,
                steps,
                degraded,
                properties.supervision(),
                limits,
                environment);
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    OtpSystem otpSystem(
            RootSupervisor root,
            OtpProperties properties,
            ApplicationContext context,
            Environment environment,
            ObjectProvider<OtpSystemCustomizer> customizers) {
        String name = environment.getProperty("spring.application.name", "application");
        var builder =
                OtpSystem.builder(name)
                        .root(root)
                        .initTimeout(properties.supervision().initTimeout())
                        .runtime(
                                runtime ->
                                        runtime.classLoader(classes(context))
                                                .chaining(properties.scheduling().chaining())
                                                .callTimeout(properties.call().timeout())
                                                .stuckAfter(new StuckLimits(properties)));
        Duration limit = properties.supervision().startupTimeout();
        if (limit.isPositive()) builder.startTimeout(limit);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    private static ClassLoader classes(ApplicationContext context) {
        return Objects.requireNonNullElse(
                context.getClassLoader(), OtpAutoConfiguration.class.getClassLoader());
    }

    @Bean
    AttachedBeans otpAttachedBeans(
            OtpSystem system,
            OtpProperties properties,
            ObjectProvider<ProcessListener> listeners,
            ObjectProvider<HandlerTiming> timing,
            ObjectProvider<CallTiming> callTiming,
            ObjectProvider<ThreadCleaner> cleaners,
            ObjectProvider<ProcessContext> contexts,
            ObjectProvider<MessageContext> messageContexts,
            ApplicationContext context) {
        return new AttachedBeans(
                system.runtime(),
                properties,
                listeners,
                () -> context.getBeansOfType(ProcessListener.class).values(),
                timing,
                callTiming,
                cleaners,
                contexts,
                messageContexts,
                classes(context));
    }

    @Bean(ADDRESSES)
    Addresses otpAddresses(
            ConfigurableListableBeanFactory beans,
            OtpSystem system,
            StartFailures failures,
            OtpProperties properties,
            ConcurrencyLimits limits) {
        var tuning = new Tuning(properties.supervision(), limits);
        return new Addresses(beans, system, failures, properties.mailbox().hold(), tuning);
    }

    @Bean
    RootFailure otpRootFailure(
            ApplicationContext context, OtpSystem system, OtpProperties properties) {
        return new RootFailure(context, system, properties.supervision());
    }

    @Bean
    TreeEvents otpTreeEvents(
            OtpSystem system, ApplicationContext context, OtpProperties properties) {
        return new TreeEvents(system, context, properties.supervision().events());
    }

    @Bean
    OtpLifecycle otpLifecycle(
            OtpSystem system,
            Addresses addresses,
            ActorBeans objects,
            OtpProperties properties,
            StartProgress progress,
            StartSteps steps,
            RootFailure rootFailure,
            DegradedStart degraded,
            ApplicationContext context) {
        var keepAlive = new KeepAliveThread(system, WebServers.keepAlive(context, properties));
        StateFollower.follow(system, rootFailure::follow); // first: it may exit
        StateFollower.follow(system, keepAlive::follow);
        StateFollower.follow(system, degraded::look);
        return new OtpLifecycle(system, addresses, objects, properties, progress, steps, degraded);
    }
}

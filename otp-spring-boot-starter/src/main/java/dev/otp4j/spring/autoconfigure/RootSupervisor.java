/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.ChildCustomizer;
import dev.otp4j.supervisor.StaticSupervisor;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * The root supervisor with all children that the beans of the context declare. The declarations are
 * read again at each start. An application that defines its own {@code OtpSystem} bean passes this
 * bean to {@code OtpSystem.Builder.root}.
 *
 * @since 0.1.0
 */
public final class RootSupervisor implements Supplier<StaticSupervisor.Builder> {
    private final ConfigurableListableBeanFactory beans;
    private final ActorBeans objects;
    private final ObjectProvider<Addresses> addresses;
    private final StartProgress progress;
    private final StartSteps steps;
    private final DegradedStart degraded;
    private final OtpProperties.Supervision properties;
    private final ConcurrencyLimits limits;
    private final Environment environment;

    RootSupervisor(
            ConfigurableListableBeanFactory beans,
            ActorBeans objects,
            ObjectProvider<Addresses> addresses,
            StartProgress progress,
            StartSteps steps,
            DegradedStart degraded,
            OtpProperties.Supervision properties,
            ConcurrencyLimits limits,
            Environment environment) {
        this.beans = beans;
        this.objects = objects;
        this.addresses = addresses;
        this.progress = progress;
        this.steps = steps;
        this.degraded = degraded;
        this.properties = properties;
        this.limits = limits;
        this.environment = environment;
    }

    /**
     * {@return the root supervisor, not started}
     *
     * @throws dev.otp4j.spring.TreeDeclarationException if the declarations cannot form a tree
     */
    @Override
    public StaticSupervisor.Builder get() {
        degraded.failures().clear();
        SettingNames.check(environment);
        Addresses names = addresses.getObject();
        var tuning = new Tuning(properties, limits);
        List<ChildCustomizer> customizers =
                beans.getBeanProvider(ChildCustomizer.class).orderedStream().toList();
        var children =
                new DeclaredChildren(
                                beans,
                                objects,
                                names,
                                progress,
                                properties.initTimeout(),
                                tuning,
                                customizers)
                        .find();
        var order = new StartOrder();
        var stop = new StopTime();
        var root =
                TreePlan.root(
                        children, tuning, new Placeholders(beans), order, stop, steps, degraded);
        stop.warn(environment, properties.shutdownTimeout());
        names.startingIn(order, customizers);
        return root;
    }
}

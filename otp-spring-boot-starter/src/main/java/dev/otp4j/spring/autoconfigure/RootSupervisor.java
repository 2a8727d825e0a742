/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.StaticSupervisor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

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
    private final OtpProperties.Supervision properties;

    RootSupervisor(
            ConfigurableListableBeanFactory beans,
            ActorBeans objects,
            ObjectProvider<Addresses> addresses,
            StartProgress progress,
            StartSteps steps,
            OtpProperties.Supervision properties) {
        this.beans = beans;
        this.objects = objects;
        this.addresses = addresses;
        this.progress = progress;
        this.steps = steps;
        this.properties = properties;
    }

    /**
     * {@return the root supervisor, not started}
     *
     * @throws dev.otp4j.spring.TreeDeclarationException if the declarations cannot form a tree
     */
    @Override
    public StaticSupervisor.Builder get() {
        Addresses names = addresses.getObject();
        var children =
                new DeclaredChildren(beans, objects, names, progress, properties.initTimeout())
                        .find();
        Function<String, String> placeholders =
                text -> {
                    String resolved = beans.resolveEmbeddedValue(text);
                    return resolved == null ? "" : resolved;
                };
        var order = new StartOrder();
        var root = TreePlan.root(children, properties.supervisors(), placeholders, order, steps);
        names.startingIn(order);
        return root;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Refuses properties that set what an actor, a factory or a supervisor does not have, such as a
 * misspelt {@code otp.supervision.actors.stock.shutdwon}. Spring Boot by itself ignores them.
 */
final class SettingNames {
    private static final String PREFIX = "otp.supervision.";
    private static final Bindable<Map<String, Map<String, Object>>> BY_NAME =
            Bindable.of(
                    ResolvableType.forClassWithGenerics(
                            Map.class,
                            ResolvableType.forClass(String.class),
                            ResolvableType.forClassWithGenerics(
                                    Map.class, String.class, Object.class)));

    private final Binder properties;

    private SettingNames(ConfigurableEnvironment environment) {
        properties =
                new Binder(
                        ConfigurationPropertySources.from(environment.getPropertySources()),
                        new PropertySourcesPlaceholdersResolver(environment));
    }

    /**
     * Checks the properties for single actors, factories and supervisors.
     *
     * @throws TreeDeclarationException if one of them is not a setting
     */
    static void check(Environment environment) {
        if (!(environment instanceof ConfigurableEnvironment configurable)) return;
        var names = new SettingNames(configurable);
        names.check("actors", "an actor", TuningProperties.Actor.class);
        names.check("factories", "a factory", TuningProperties.Factory.class);
        names.check("supervisors", "a supervisor", TuningProperties.Supervisor.class);
    }

    private void check(String group, String kind, Class<?> type) {
        List<String> known = settings(type);
        Map<String, Map<String, Object>> set =
                properties.bind(PREFIX + group, BY_NAME).orElseGet(Map::of);
        set.forEach(
                (name, settings) -> {
                    String prefix = PREFIX + group + "." + name;
                    settings.forEach(
                            (key, value) -> {
                                if (!isKnown(key, known)) throw unknown(prefix, key, kind, known);
                                if (value instanceof Map<?, ?> delays) check(prefix, key, delays);
                            });
                });
    }

    /** Only the delays of a back-off are settings with settings of their own. */
    private static void check(String prefix, String key, Map<?, ?> delays) {
        List<String> known = settings(TuningProperties.Delays.class);
        for (Object each : delays.keySet()) {
            String name = each.toString();
            if (isKnown(name, known)) continue;
            throw unknown(prefix + "." + key, name, "a back-off", known);
        }
    }

    /** {@return the names of the settings, as in {@code init-timeout}, sorted} */
    static List<String> settings(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(component -> DataObjectPropertyName.toDashedForm(component.getName()))
                .sorted()
                .toList();
    }

    private static boolean isKnown(String key, List<String> known) {
        String uniform = Tuning.uniform(key);
        return known.stream().anyMatch(name -> Tuning.uniform(name).equals(uniform));
    }

    private static TreeDeclarationException unknown(
            String prefix, String key, String kind, List<String> known) {
        String nearest = Nearest.to(key, known);
        return new TreeDeclarationException(
                "The property '%s.%s' is not a setting of %s. The settings are: %s."
                        .formatted(prefix, key, kind, String.join(", ", known)),
                nearest == null
                        ? "Correct the last part of the property, or remove it."
                        : "Did you mean '%s.%s'? Otherwise remove the property."
                                .formatted(prefix, nearest));
    }
}

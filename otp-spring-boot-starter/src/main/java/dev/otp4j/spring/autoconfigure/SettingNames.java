/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
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

    /** The one setting that has settings of its own. */
    private static final String BACKOFF = "backoff";

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
                    settings.forEach((key, value) -> check(prefix, key, value, kind, known));
                });
    }

    private void check(String prefix, String key, Object value, String kind, List<String> known) {
        String setting = setting(key, known);
        if (BACKOFF.equals(setting)) {
            if (!(value instanceof Map<?, ?> delays)) throw oneValue(prefix + "." + key);
            List<String> ofDelays = settings(TuningProperties.Delays.class);
            delays.forEach(
                    (part, of) ->
                            check(prefix + "." + key, part.toString(), of, "a back-off", ofDelays));
        } else if (value instanceof Map<?, ?> parts) {
            if (setting != null) throw severalValues(prefix + "." + key);
            parts.forEach((part, of) -> check(prefix, key + "." + part, of, kind, known));
        } else if (setting == null && !isVariable(prefix, key, known)) {
            throw unknown(prefix, key, kind, known);
        }
    }

    /**
     * Whether an environment variable sets a setting whose dashes it writes as underscores: Spring
     * Boot reads {@code INIT_TIMEOUT} as {@code init.timeout} too.
     */
    private boolean isVariable(String prefix, String key, List<String> known) {
        String setting = setting(key.replace('.', '-'), known);
        if (setting == null) return false;
        var property = ConfigurationPropertyName.adapt(prefix + "." + setting, '.');
        return properties.bind(property, Bindable.of(String.class)).isBound();
    }

    /** {@return the names of the settings, as in {@code init-timeout}, sorted} */
    static List<String> settings(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(component -> DataObjectPropertyName.toDashedForm(component.getName()))
                .sorted()
                .toList();
    }

    /** The setting that a key means, or null. */
    private static @Nullable String setting(String key, List<String> known) {
        String uniform = Tuning.uniform(key);
        for (String name : known) {
            if (Tuning.uniform(name).equals(uniform)) return name;
        }
        return null;
    }

    private static TreeDeclarationException oneValue(String property) {
        return new TreeDeclarationException(
                "The property '%s' must have settings of its own, and not a value."
                        .formatted(property),
                "Set '%s.first' and '%s.longest'.".formatted(property, property));
    }

    private static TreeDeclarationException severalValues(String property) {
        return new TreeDeclarationException(
                "The property '%s' must be one value, and not a list or an object."
                        .formatted(property),
                "Set '%s' itself.".formatted(property));
    }

    private static TreeDeclarationException unknown(
            String prefix, String key, String kind, List<String> known) {
        String nearest = Nearest.to(key.replace('.', '-'), known);
        return new TreeDeclarationException(
                "The property '%s.%s' is not a setting of %s. The settings are: %s."
                        .formatted(prefix, key, kind, String.join(", ", known)),
                nearest == null
                        ? "Correct the last part of the property, or remove it."
                        : "Did you mean '%s.%s'? Otherwise remove the property."
                                .formatted(prefix, nearest));
    }
}

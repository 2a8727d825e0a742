/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actuate.autoconfigure.OtpEndpointAutoConfiguration;
import dev.otp4j.spring.Documents.Row;
import dev.otp4j.spring.autoconfigure.OtpAutoConfiguration;
import dev.otp4j.spring.autoconfigure.OtpProperties;
import dev.otp4j.spring.autoconfigure.TuningProperties;
import java.io.IOException;
import java.io.StringReader;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tables of properties and attributes in the documents are complete and true: they have what
 * the configuration metadata and the annotations have, with the same defaults.
 */
class DocumentedPropertiesTests {
    /** Types of the values of maps, for which the metadata has one property only. */
    private static final Map<String, Class<?>> BY_NAME =
            Map.of(
                    "otp.concurrency", OtpProperties.Concurrency.class,
                    "otp.supervision.actors", TuningProperties.Actor.class,
                    "otp.supervision.factories", TuningProperties.Factory.class,
                    "otp.supervision.supervisors", TuningProperties.Supervisor.class);

    private static final Pattern CODE =
            Pattern.compile(
                    "`(otp\\.(?:call|context|jfr|logging|mailbox|metrics|observation|scheduling|supervision|web)\\.[a-z.<>-]+[a-z>])(?:=[^`]*|\\.\\*)?`");

    @Test
    void eachPropertyIsInATableWithItsDefault() throws IOException {
        Map<String, Row> documented = documented();
        Map<String, JsonNode> known = known();

        assertThat(documented.keySet()).containsExactlyInAnyOrderElementsOf(known.keySet());
        for (var property : known.entrySet()) {
            Row row = documented.get(property.getKey());
            String value = defaultValue(property.getValue());
            assertThat(row.defaultValue())
                    .as(property.getKey())
                    .isEqualTo(value == null ? row.defaultValue().strip() : code(value))
                    .isNotBlank();
            assertThat(row.meaning()).as(property.getKey()).hasSizeGreaterThan(20);
        }
    }

    /** Null if there is none. Boot writes the constant of an endpoint's access with {@code _}. */
    private static @Nullable String defaultValue(JsonNode property) {
        JsonNode value = property.get("defaultValue");
        if (value == null || value.isArray()) return null;
        return value.isString() ? value.asString().replace('_', '-') : value.toString();
    }

    @Test
    void theValuesOfAnEnumAreInItsRow() throws IOException {
        Map<String, Row> documented = documented();
        int enums = 0;
        for (JsonNode property : known().values()) {
            Class<?> type = type(property);
            if (type == null || !type.isEnum()) continue;
            enums++;
            Row row = documented.get(property.get("name").asString());
            for (Object constant : type.getEnumConstants()) {
                assertThat(row.toString()).contains(code(dashed(constant)));
            }
        }
        assertThat(enums).isGreaterThan(5);
    }

    @Test
    void examplesSetPropertiesThatExist() throws IOException {
        Set<String> known = known().keySet();
        var set = new TreeSet<String>();
        for (Path page : Documents.all()) {
            set.addAll(properties(page));
            set.addAll(yaml(page));
        }

        assertThat(set).hasSizeGreaterThan(10).allSatisfy(name -> isIn(known, name));
    }

    @Test
    void theTextNamesPropertiesThatExist() throws IOException {
        Set<String> known = known().keySet();
        var named = new TreeSet<String>();
        for (Path page : Documents.all()) {
            CODE.matcher(Files.readString(page))
                    .results()
                    .forEach(found -> named.add(found.group(1)));
        }

        assertThat(named).hasSizeGreaterThan(20).allSatisfy(name -> isIn(known, name));
    }

    /** The name of one property, or what several have in common. */
    private static void isIn(Set<String> known, String name) {
        assertThat(known)
                .as(name)
                .anyMatch(
                        property ->
                                (name + ".").matches(pattern(property) + "\\.")
                                        || property.startsWith(name + "."));
    }

    private static String pattern(String property) {
        return property.replace(".", "\\.").replace("<name>", "[a-z<>-]+");
    }

    @ParameterizedTest
    @CsvSource({"0, dev.otp4j.spring.SupervisedActor", "1, dev.otp4j.spring.Supervisor"})
    void eachAttributeIsInTheTableWithItsDefault(int table, Class<?> annotation)
            throws IOException {
        Map<String, Row> documented =
                byName(Documents.tables(Documents.GUIDE, "Attribute").get(table));

        assertThat(documented.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(annotation.getDeclaredMethods()).map(Method::getName).toList());
        for (Method attribute : annotation.getDeclaredMethods()) {
            Object value = attribute.getDefaultValue();
            if (value == void.class || "".equals(value) || value instanceof Annotation) continue;
            assertThat(documented.get(attribute.getName()).defaultValue())
                    .isEqualTo(code(value.toString()));
        }
    }

    private static Map<String, Row> documented() throws IOException {
        var rows = new ArrayList<Row>();
        for (Path page : Documents.all()) Documents.tables(page, "Key").forEach(rows::addAll);
        return byName(rows);
    }

    private static Map<String, Row> byName(List<Row> rows) {
        return rows.stream().collect(Collectors.toMap(Row::name, Function.identity()));
    }

    /** All properties of the starter and of the Actuator's module. */
    private static Map<String, JsonNode> known() throws IOException {
        var known = new LinkedHashMap<String, JsonNode>();
        for (Class<?> module :
                List.of(OtpAutoConfiguration.class, OtpEndpointAutoConfiguration.class)) {
            for (JsonNode property : metadata(module).get("properties")) {
                for (String name : names(property)) known.put(name, property);
            }
        }
        return known;
    }

    private static JsonNode metadata(Class<?> module) throws IOException {
        String place = module.getProtectionDomain().getCodeSource().getLocation().toString();
        String base = place.endsWith(".jar") ? "jar:" + place + "!/" : place;
        var url = URI.create(base + "META-INF/spring-configuration-metadata.json").toURL();
        try (var file = url.openStream()) {
            return JsonMapper.shared().readTree(file);
        }
    }

    /** A map has a property for each component of its values, or one if they are simple. */
    private static List<String> names(JsonNode property) {
        String name = property.get("name").asString();
        if (!property.get("type").asString().startsWith("java.util.Map<")) return List.of(name);
        Class<?> values = BY_NAME.get(name);
        if (values == null) return List.of(name + ".<name>");
        return settings(name + ".<name>", values).toList();
    }

    /** The delays of a back-off are settings of a setting. */
    private static Stream<String> settings(String prefix, Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .flatMap(
                        component -> {
                            String name =
                                    prefix
                                            + "."
                                            + DataObjectPropertyName.toDashedForm(
                                                    component.getName());
                            return component.getType().isRecord()
                                    ? settings(name, component.getType())
                                    : Stream.of(name);
                        });
    }

    private static @Nullable Class<?> type(JsonNode property) {
        try {
            return Class.forName(property.get("type").asString());
        } catch (ClassNotFoundException e) { // has type arguments
            return null;
        }
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static String dashed(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Set<String> properties(Path page) throws IOException {
        var names = new TreeSet<String>();
        for (String block : Documents.blocks(page, "properties")) {
            var properties = new Properties();
            properties.load(new StringReader(block));
            names.addAll(properties.stringPropertyNames());
        }
        names.removeIf(name -> !name.startsWith("otp."));
        return names;
    }

    private static List<String> yaml(Path page) throws IOException {
        var names = new ArrayList<String>();
        for (String block : Documents.blocks(page, "yaml")) {
            var resource = new ByteArrayResource(block.getBytes(StandardCharsets.UTF_8));
            for (PropertySource<?> source :
                    new YamlPropertySourceLoader().load("example", resource)) {
                for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                    if (name.startsWith("otp.")) names.add(name);
                }
            }
        }
        return names;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.FactorySupervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * Pins the fields of all answers of the endpoint and their types, in {@code otp-schema.txt}. A
 * field that is added has to be added there, and to the documentation; {@code -Dschema.write=true}
 * writes the file.
 */
@Timeout(60)
class OtpSchemaTests {
    private static final Path FILE = Path.of("src/test/resources/otp-schema.txt");
    private static final Map<String, Class<?>> ANSWERS = answers();

    private static Map<String, Class<?>> answers() {
        var answers = new LinkedHashMap<String, Class<?>>();
        answers.put("tree", SystemDescriptor.class);
        answers.put("actors", Views.Actors.class);
        answers.put("events", Views.Events.class);
        answers.put("crashes", Views.Crashes.class);
        answers.put("calls", Views.Calls.class);
        answers.put("dropped", Views.DroppedMessages.class);
        answers.put("parked", Views.ParkedMessages.class);
        answers.put("stuck", Views.Stuck.class);
        answers.put("waits", Views.Waits.class);
        answers.put("starts", Views.Starts.class);
        answers.put("budgets", Views.Budgets.class);
        answers.put("runtime", RuntimeDescriptor.class);
        answers.put("node", NodeDescriptor.class);
        answers.put("operation", OperationDescriptor.class);
        answers.put("problem", ProblemDescriptor.class);
        return answers;
    }

    /** Each field of the answer as a path, with the type that it has in JSON. */
    private static TreeSet<String> schema(String name, Class<?> answer) {
        var lines = new TreeSet<String>();
        addFields(lines, name, answer);
        return lines;
    }

    private static void add(TreeSet<String> lines, String path, Type type) {
        if (type instanceof ParameterizedType of && of.getRawType() == List.class) {
            lines.add(path + ": array");
            add(lines, path + "[]", of.getActualTypeArguments()[0]);
        } else if (type instanceof ParameterizedType) {
            lines.add(path + ": object"); // by name
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            lines.add(path + ": object");
            boolean inner = path.endsWith("children[]"); // the same again
            if (!inner) addFields(lines, path, plain);
        } else {
            lines.add(path + ": " + json((Class<?>) type));
        }
    }

    private static void addFields(TreeSet<String> lines, String path, Class<?> type) {
        for (RecordComponent field : type.getRecordComponents()) {
            add(lines, path + "." + field.getName(), field.getGenericType());
        }
    }

    private static String json(Class<?> type) {
        if (type == String.class || type == Instant.class || type == Duration.class)
            return "string";
        if (type == boolean.class || type == Boolean.class) return "boolean";
        return "number";
    }

    private static String all() {
        var text = new StringBuilder();
        ANSWERS.forEach(
                (name, answer) ->
                        schema(name, answer).forEach(line -> text.append(line).append('\n')));
        return text.toString();
    }

    @Test
    void theFieldsOfAllAnswersAreThoseOfTheFile() throws IOException {
        if (Boolean.getBoolean("schema.write")) Files.writeString(FILE, all());
        assertThat(all()).isEqualTo(Files.readString(FILE, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource
    void eachViewIsPinned(OtpView view) {
        assertThat(ANSWERS).containsKey(Texts.lowerCase(view));
    }

    @Test
    void realAnswersHaveThoseFieldsAndNoOthers() {
        Map<String, Object> properties =
                Map.of(
                        "server.port", "0",
                        "management.endpoint.otp.show-values", "always",
                        "management.endpoint.otp.access", "unrestricted",
                        "management.endpoints.web.exposure.include", "otp");
        try (var context = new SpringApplicationBuilder(Shop.class).properties(properties).run()) {
            context.getBean(OtpSystem.class).start();
            Http http = Http.of(context);
            Shop.DESK.subject().send(Shop::crash);
            FactorySupervisor.byName(Shop.CARTS).startChild("ann");
            Shop.eventually("restarted", () -> http.get("/desk").body().contains("ranAgainAfter"));
            var timedOut =
                    Shop.ARCHIVE
                            .subject()
                            .tryCall(Duration.ZERO, (Subject<Integer> reply) -> () -> {});
            assertThat(timedOut).isNotNull();
            for (String view : ANSWERS.keySet()) {
                if (view.equals("node")) break;
                conforms(view, http.get("?view=" + view).body());
            }
            conforms("operation", http.operate("/desk", "start-recorder").body());
            conforms("node", http.get("/desk").body());
            conforms("node", http.get("/carts").body());
            conforms("problem", http.get("/x").body());
        }
    }

    private static void conforms(String name, String body) {
        var seen = new TreeSet<String>();
        Map<String, ?> fields = JsonPath.read(body, "$");
        fields.forEach((field, value) -> read(seen, name + "." + field, value));
        assertThat(pinned()).as(body).containsAll(seen);
        assertThat(seen).isNotEmpty();
    }

    private static List<String> pinned() {
        try {
            return Files.readAllLines(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(TreeSet<String> seen, String path, Object value) {
        switch (value) {
            case List<?> values -> {
                seen.add(path + ": array");
                values.forEach(element -> read(seen, path + "[]", element));
            }
            case Map<?, ?> fields -> {
                seen.add(path + ": object");
                boolean byName =
                        path.endsWith("childStates")
                                || path.equals("runtime.states")
                                || path.endsWith("children[]");
                if (!byName) fields.forEach((field, of) -> read(seen, path + "." + field, of));
            }
            case String text -> seen.add(path + ": string");
            case Boolean flag -> seen.add(path + ": boolean");
            default -> seen.add(path + ": number");
        }
    }
}

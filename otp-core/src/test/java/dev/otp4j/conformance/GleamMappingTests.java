/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/gleam-mapping.md} true: no name of gleam is missing, each of ours exists. */
class GleamMappingTests {
    private static final Path DOCUMENT = Path.of("..", "docs", "gleam-mapping.md");
    private static final Pattern OURS = Pattern.compile("`([A-Z]\\w*(?:\\.\\w+)*)`");
    private static final List<String> ROOMS =
            List.of(
                    "dev.otp4j.process.",
                    "dev.otp4j.actor.",
                    "dev.otp4j.supervisor.",
                    "dev.otp4j.application.",
                    "dev.otp4j.sys.");

    @Test
    void theTablesHaveARowForEachNameInOrder() throws IOException {
        assertThat(rows()).containsExactlyElementsOf(gleamNames());
    }

    @Test
    void eachOfOurNamesExistsAndIsPublic() throws IOException {
        List<String> names =
                OURS.matcher(Files.readString(DOCUMENT)).results().map(r -> r.group(1)).toList();

        assertThat(names).hasSizeGreaterThan(100).allMatch(GleamMappingTests::exists);
    }

    @Test
    void aNameThatDoesNotExistIsFound() {
        assertThat(exists("Subject.call")).isTrue();
        assertThat(exists("Next.Continue.withSelector")).isTrue();
        assertThat(exists("ExitReason.NORMAL")).isTrue();
        assertThat(exists("Subject.ask")).isFalse();
        assertThat(exists("ActorRef")).isFalse();
        assertThat(exists("ProcessCell")).as("it is not public").isFalse();
    }

    private static List<String> rows() throws IOException {
        var rows = new ArrayList<String>();
        String module = "";
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("## ")) module = line.substring(3);
            else if (line.startsWith("| ") && !line.startsWith("| gleam |")) {
                rows.add(module + "\t" + line.split("\\|", -1)[1].strip());
            }
        }
        return rows;
    }

    private static List<String> gleamNames() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        GleamMappingTests.class.getResourceAsStream("/gleam-names.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static boolean exists(String name) {
        return type(name).isPresent() || member(name);
    }

    private static boolean member(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) return false;
        String member = name.substring(dot + 1);
        return type(name.substring(0, dot))
                .map(type -> publicMembers(type).anyMatch(member::equals))
                .orElse(false);
    }

    private static Stream<String> publicMembers(Class<?> type) {
        return Stream.concat(
                Arrays.stream(type.getMethods()).map(method -> method.getName()),
                Arrays.stream(type.getFields()).map(field -> field.getName()));
    }

    private static Optional<Class<?>> type(String name) {
        return ROOMS.stream()
                .flatMap(room -> load(room + name.replace('.', '$')).stream())
                .filter(type -> Modifier.isPublic(type.getModifiers()))
                .findFirst();
    }

    private static Optional<Class<?>> load(String binaryName) {
        try {
            return Optional.of(
                    Class.forName(binaryName, false, GleamMappingTests.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError absent) {
            return Optional.empty();
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.testkit.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Makes {@code docs/conformance.md} from the list of rules and the {@link Rule} marks of the tests,
 * and fails if the committed file says something else.
 */
@Timeout(60)
class ConformanceTests {
    private static final Path DOCUMENT = Path.of("..", "docs", "conformance.md");
    private static final String WRITE = "conformance.write";
    private static final Map<String, String> GROUPS = groups();

    private record Promise(String id, String level, String sentence, @Nullable String instead) {
        String group() {
            return id.substring(0, id.indexOf('-'));
        }
    }

    private static Map<String, String> groups() {
        var groups = new LinkedHashMap<String, String>();
        groups.put("P", "Processes, links, monitors, exit signals");
        groups.put("K", "Killing");
        groups.put("S", "Subjects and selectors");
        groups.put("C", "Calls");
        groups.put("T", "Timers");
        groups.put("R", "Names");
        groups.put("A", "Actors");
        groups.put("Y", "System messages");
        groups.put("V", "Static supervisor");
        groups.put("F", "Factory supervisor");
        groups.put("B", "Application");
        groups.put("L", "Logs and reports");
        groups.put("O", "Overload: mailboxes with a limit, batches");
        groups.put("D", "Deadlines and circles of calls");
        groups.put("E", "Errors of the machine and of user code");
        groups.put("X", "Context of messages");
        groups.put("BO", "Delayed restarts, an extension");
        groups.put("NX", "Steps before the next message, idle time-outs");
        groups.put("SU", "Set-up of a supervisor, an extension");
        groups.put("CL", "Concurrency limits, an extension");
        groups.put("RM", "Retained mailboxes, an extension");
        groups.put("KF", "Keyed factories, an extension");
        groups.put("LE", "Leases, an extension");
        return groups;
    }

    @Test
    void noRuleOfTheSpecificationIsMissing() {
        List<Promise> promises = promises();

        assertThat(promises).extracting(Promise::id).doesNotHaveDuplicates();
        assertThat(promises).as("195 of the specification, and our own").hasSizeGreaterThan(195);
        assertThat(promises).extracting(Promise::level).containsOnly("must", "should", "n/a");
        assertThat(promises)
                .allMatch(p -> GROUPS.containsKey(p.group()))
                .allMatch(p -> p.level().equals("n/a") == (p.instead() != null));
    }

    @Test
    void testsNameOnlyRulesThatExist() {
        List<String> known = promises().stream().map(Promise::id).toList();

        assertThat(tests().keySet())
                .allMatch(id -> known.contains(id) || id.matches("TR-(0[1-9]|1[0-9])"));
    }

    @Test
    void everyRuleIsShownByATest() {
        assertThat(promises())
                .filteredOn(p -> p.instead() == null)
                .extracting(Promise::id)
                .isSubsetOf(tests().keySet());
    }

    @Test
    void theDocumentIsUpToDate() throws IOException {
        String expected = document();
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(DOCUMENT, expected);
        }

        String found = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "";

        assertThat(found)
                .as(
                        "docs/conformance.md is stale; write it again with: mvnw -pl otp-core test"
                                + " -Dtest=ConformanceTests -D%s=true",
                        WRITE)
                .isEqualTo(expected);
    }

    private static List<Promise> promises() {
        try (InputStream in =
                Objects.requireNonNull(ConformanceTests.class.getResourceAsStream("/rules.tsv"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .map(line -> line.split("\t", -1))
                    .map(c -> new Promise(c[0], c[1], c[2], c.length > 3 ? c[3] : null))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Rule to the tests that show it; looked for once. */
    private static final class Marks {
        static final Map<String, TreeSet<String>> FOUND = scan();
    }

    private static Map<String, TreeSet<String>> tests() {
        return Marks.FOUND;
    }

    private static Map<String, TreeSet<String>> scan() {
        var found = new TreeMap<String, TreeSet<String>>();
        for (JavaClass type :
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                        .importPackages("dev.otp4j")) {
            for (JavaMethod method : type.getMethods()) {
                if (!method.isAnnotatedWith(Rule.class)) continue;
                for (String id : method.getAnnotationOfType(Rule.class).value()) {
                    found.computeIfAbsent(id, none -> new TreeSet<>())
                            .add(outermost(type) + "." + method.getName());
                }
            }
        }
        return found;
    }

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass()
                .map(ConformanceTests::outermost)
                .orElse(type.getSimpleName());
    }

    private static String document() {
        List<Promise> promises = promises();
        Map<String, TreeSet<String>> tests = tests();
        var lines = new ArrayList<String>();
        lines.add("# Conformance");
        lines.add("");
        lines.add(
                "What Erlang/OTP and gleam_otp promise, and which tests of `otp-core` show it here."
                        + " Written by `ConformanceTests` from the marks on the tests; do not edit.");
        lines.add("");
        lines.addAll(summary(promises, tests));
        GROUPS.forEach(
                (group, title) -> {
                    lines.add("");
                    lines.add("## " + group + ": " + title);
                    lines.add("");
                    lines.add("| rule | level | what it says | tests |");
                    lines.add("|---|---|---|---|");
                    promises.stream()
                            .filter(p -> p.group().equals(group))
                            .forEach(p -> lines.add(row(p, tests)));
                });
        lines.add("");
        lines.add("## Traps");
        lines.add("");
        lines.add("Situations in which engines are known to fail.");
        lines.add("");
        lines.add("| trap | tests |");
        lines.add("|---|---|");
        for (int i = 1; i <= 19; i++) {
            String id = "TR-%02d".formatted(i);
            lines.add("| " + id + " | " + cell(tests.get(id)) + " |");
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> summary(
            List<Promise> promises, Map<String, TreeSet<String>> tests) {
        var lines = new ArrayList<String>(List.of("| level | rules | tested |", "|---|---|---|"));
        for (String level : List.of("must", "should", "n/a")) {
            List<Promise> all = promises.stream().filter(p -> p.level().equals(level)).toList();
            long tested = all.stream().filter(p -> tests.containsKey(p.id())).count();
            lines.add("| " + level + " | " + all.size() + " | " + tested + " |");
        }
        return lines;
    }

    private static String row(Promise promise, Map<String, TreeSet<String>> tests) {
        String shown = cell(tests.get(promise.id()));
        String instead = promise.instead();
        if (instead != null) {
            shown =
                    "not applicable: "
                            + instead
                            + (tests.containsKey(promise.id()) ? "<br>" + shown : "");
        }
        return "| %s | %s | %s | %s |"
                .formatted(promise.id(), promise.level(), promise.sentence(), shown);
    }

    private static String cell(@Nullable TreeSet<String> tests) {
        return tests == null ? "not yet" : "`" + String.join("`<br>`", tests) + "`";
    }
}

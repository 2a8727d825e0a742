/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The map in the package's {@code package-info.java} is the map of its code. */
class ProcessMapTests {
    private static final String PACKAGE = "dev.otp4j.process";
    private static final Path SOURCE = Path.of("src/main/java/dev/otp4j/process/package-info.java");
    private static final Pattern HEADING = Pattern.compile("<h3>(.+?); uses: (.+?)</h3>");
    private static final Pattern TYPE = Pattern.compile("<li>\\{@code (\\w+)}: (\\S+)");

    /** The largest circle of types; it may shrink. */
    private static final int LARGEST_CIRCLE = 36;

    private final Map<String, Set<String>> uses = new LinkedHashMap<>();
    private final Map<String, String> headings = new TreeMap<>();
    private final List<String> listedTwice = new ArrayList<>();
    private final Map<String, Set<String>> arrows = arrows();

    ProcessMapTests() throws IOException {
        String text = Files.readString(SOURCE).replaceAll("\\s*\\n \\*\\s*", " ");
        String map = text.substring(text.indexOf("<h2>Map</h2>"), text.indexOf("step by step"));
        Matcher heading = HEADING.matcher(map);
        var starts = new ArrayList<Integer>();
        var names = new ArrayList<String>();
        while (heading.find()) {
            starts.add(heading.end());
            names.add(heading.group(1));
            uses.put(heading.group(1), Set.of(heading.group(2).split(", ")));
        }
        for (int i = 0; i < names.size(); i++) {
            int end = i + 1 < names.size() ? starts.get(i + 1) : map.length();
            Matcher type = TYPE.matcher(map.substring(starts.get(i), end));
            while (type.find()) {
                if (headings.put(type.group(1), names.get(i)) != null) {
                    listedTwice.add(type.group(1));
                }
            }
        }
    }

    @Test
    void eachTypeStandsUnderOneHeading() {
        assertThat(listedTwice).isEmpty();
        assertThat(headings.keySet()).isEqualTo(arrows.keySet());
    }

    @Test
    void headingsNameHeadings() {
        var known = new HashSet<>(uses.keySet());
        known.add("nothing");
        assertThat(uses).hasSizeGreaterThanOrEqualTo(6);
        assertThat(uses.values()).allSatisfy(named -> assertThat(known).containsAll(named));
    }

    @Test
    void typesUseOnlyWhatTheirHeadingNames() {
        var wrong = new TreeSet<String>();
        arrows.forEach(
                (from, targets) -> {
                    for (String to : targets) {
                        String own = headings.get(from);
                        String other = headings.get(to);
                        if (own == null || other == null || own.equals(other)) continue;
                        if (!uses.get(own).contains(other)) {
                            wrong.add(from + " (" + own + ") uses " + to + " (" + other + ")");
                        }
                    }
                });
        assertThat(wrong).isEmpty();
    }

    @Test
    void theLargestCircleDoesNotGrow() {
        assertThat(new Circles(arrows).largest()).isBetween(2, LARGEST_CIRCLE);
    }

    /** Which top-level type of the package uses which. */
    private static Map<String, Set<String>> arrows() {
        JavaClasses classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(PACKAGE);
        var arrows = new TreeMap<String, Set<String>>();
        for (JavaClass type : classes) {
            if (type.getSimpleName().equals("package-info")) continue;
            Set<String> targets = arrows.computeIfAbsent(top(type), name -> new TreeSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().equals(PACKAGE)) targets.add(top(target));
            }
            targets.remove(top(type));
        }
        return arrows;
    }

    private static String top(JavaClass type) {
        String name = type.getName().substring(PACKAGE.length() + 1);
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    /** Sets of types that reach each other, by Tarjan's algorithm. */
    private static final class Circles {
        private final Map<String, Set<String>> arrows;
        private final Map<String, Integer> index = new LinkedHashMap<>();
        private final Map<String, Integer> low = new LinkedHashMap<>();
        private final List<String> stack = new ArrayList<>();
        private int largest;

        Circles(Map<String, Set<String>> arrows) {
            this.arrows = arrows;
        }

        int largest() {
            for (String type : arrows.keySet()) {
                if (!index.containsKey(type)) visit(type);
            }
            return largest;
        }

        private int visit(String type) {
            int number = index.size();
            index.put(type, number);
            int lowest = number;
            int place = stack.size();
            stack.add(type);
            for (String next : arrows.getOrDefault(type, Set.of())) {
                if (!index.containsKey(next)) lowest = Math.min(lowest, visit(next));
                else if (stack.contains(next)) lowest = Math.min(lowest, index.get(next));
            }
            low.put(type, lowest);
            if (lowest == number) {
                List<String> circle = stack.subList(place, stack.size());
                largest = Math.max(largest, circle.size());
                circle.clear();
            }
            return lowest;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j;

import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each relative link of the documents leads to a file of the project, and to a heading in it. */
class DocLinksTests {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern CODE =
            Pattern.compile("^```.*?^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} (.+)$", Pattern.MULTILINE);

    @Test
    void leadToFilesAndHeadings() throws IOException {
        List<Path> documents = documents();
        var broken = new ArrayList<String>();
        int links = 0;
        for (Path document : documents) {
            for (String target : targets(document)) {
                links++;
                if (!leads(document, target)) {
                    broken.add(ROOT.relativize(document) + " -> " + target);
                }
            }
        }

        assertThat(broken).isEmpty();
        assertThat(documents).hasSizeGreaterThan(20);
        assertThat(links).isGreaterThan(50);
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> roots = Files.list(ROOT);
                Stream<Path> sample = Files.list(ROOT.resolve("sample-app"))) {
            return Stream.of(docs, roots, sample)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** Links within the project. */
    private static List<String> targets(Path document) throws IOException {
        return LINK.matcher(prose(document))
                .results()
                .map(found -> found.group(1))
                .filter(target -> !target.matches("\\w+:.*"))
                .toList();
    }

    private static boolean leads(Path document, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
        if (!file.startsWith(ROOT) || !Files.exists(file)) return false;
        return parts.length == 1 || anchors(file).contains(parts[1]);
    }

    /** As GitHub names them: a heading that occurs again has a number. */
    static Set<String> anchors(Path document) throws IOException {
        Map<String, Integer> seen = new HashMap<>();
        return HEADING.matcher(prose(document))
                .results()
                .map(DocLinksTests::anchor)
                .map(
                        anchor -> {
                            int before = seen.merge(anchor, 1, Integer::sum) - 1;
                            return before == 0 ? anchor : anchor + "-" + before;
                        })
                .collect(toUnmodifiableSet());
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .replaceAll("\\[(.*?)\\]\\(.*?\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static String prose(Path document) throws IOException {
        return CODE.matcher(Files.readString(document)).replaceAll("");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the tests read from the documents: blocks of code, and rows of tables. */
final class Documents {
    static final Path README = Path.of("..", "README.md");
    static final Path GUIDE = Path.of("..", "docs", "spring.md");

    private Documents() {}

    /** All pages for users. */
    static List<Path> all() throws IOException {
        try (Stream<Path> pages = Files.list(GUIDE.resolveSibling(""))) {
            return Stream.concat(
                            Stream.of(README, Path.of("..", "sample-app", "README.md")),
                            pages.filter(page -> page.toString().endsWith(".md")))
                    .toList();
        }
    }

    static List<String> blocks(Path document, String language) throws IOException {
        return Pattern.compile(
                        "^```" + language + "\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(Files.readString(document))
                .results()
                .map(result -> result.group(1))
                .toList();
    }

    /** The first block of Java that contains {@code part}. */
    static String block(Path document, String part) throws IOException {
        return blocks(document, "java").stream()
                .filter(block -> block.contains(part))
                .findFirst()
                .orElseThrow();
    }

    /** A row of a table with a default. */
    record Row(String name, String defaultValue, String meaning) {}

    /** The tables whose first column is {@code first}; the other two are default and meaning. */
    static List<List<Row>> tables(Path document, String first) throws IOException {
        Matcher table =
                Pattern.compile(
                                "^\\| %s \\| Default \\| Meaning \\|\n\\|---\\|---\\|---\\|\n((?:\\|.*\n)+)"
                                        .formatted(first),
                                Pattern.MULTILINE)
                        .matcher(Files.readString(document));
        var tables = new ArrayList<List<Row>>();
        while (table.find()) tables.add(table.group(1).lines().map(Documents::row).toList());
        return tables;
    }

    private static Row row(String line) {
        String[] cells = line.split(" \\| ", 3);
        return new Row(
                cells[0].replaceAll("^\\| `|`$", ""), cells[1], cells[2].replaceAll(" \\|$", ""));
    }
}

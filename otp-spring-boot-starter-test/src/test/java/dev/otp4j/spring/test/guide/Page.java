/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of the documentation: its sections, each with its blocks of code. */
record Page(List<Section> sections) {
    private static final Pattern SECTION =
            Pattern.compile("^## (.*)\n((?s:.*?))(?=^## |\\z)", Pattern.MULTILINE);
    private static final Pattern BLOCK =
            Pattern.compile("^```(\\w+)\n((?s:.*?))^```$", Pattern.MULTILINE);

    record Section(String title, List<Block> blocks) {
        List<String> blocks(String language) {
            return blocks.stream()
                    .filter(block -> block.language().equals(language))
                    .map(Block::text)
                    .toList();
        }
    }

    record Block(String language, String text) {}

    static Page read(String name) throws IOException {
        String text = Files.readString(Path.of("..", "docs", name));
        return new Page(SECTION.matcher(text).results().map(Page::section).toList());
    }

    private static Section section(MatchResult found) {
        List<Block> blocks =
                BLOCK.matcher(found.group(2))
                        .results()
                        .map(block -> new Block(block.group(1), block.group(2)))
                        .toList();
        return new Section(found.group(1), blocks);
    }
}

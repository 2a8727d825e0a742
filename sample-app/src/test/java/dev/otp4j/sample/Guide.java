/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code docs/operations.md}: requests with their answers, and log lines. A request is a code block
 * {@code sh} with one {@code curl}; the code block {@code text} after it is the answer. A code
 * block {@code log} stands below a comment with a part of the line: {@code <!-- log: stuck -->}, or
 * {@code <!-- log, 3 lines: stuck -->}.
 */
final class Guide {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "```sh\ncurl -s '?localhost:8080(?<request>[^'\n]+)'?\n```\n+"
                            + "```text\n(?<answer>.*?)```"
                            + "|<!-- log(, (?<lines>\\d+) lines)?: (?<part>[^\n]+) -->\n"
                            + "```log\n(?<log>.*?)```",
                    Pattern.DOTALL);
    private static final Pattern SINCE = Pattern.compile("since=[^&]+");

    private final Path path;

    Guide(Path path) {
        this.path = path;
    }

    /** Something of the running application that the document shows. */
    sealed interface Shown {
        /** {@return what the document shows} */
        String text();
    }

    /** The answer to a {@code GET}. */
    record Answer(String request, String text) implements Shown {
        /** {@return the request, for what happened since a time} */
        String since(String time) {
            return SINCE.matcher(request).replaceAll("since=" + time);
        }

        @Override
        public String toString() {
            return request;
        }
    }

    /** The log from the line that contains {@code part}. */
    record Log(String part, int lines, String text) implements Shown {
        @Override
        public String toString() {
            return "log: " + part;
        }
    }

    List<Shown> shown() {
        var all = new ArrayList<Shown>();
        Matcher block = BLOCK.matcher(read());
        while (block.find()) all.add(shown(block));
        return all;
    }

    private static Shown shown(Matcher block) {
        String request = block.group("request");
        if (request != null) return new Answer(request, block.group("answer"));
        String lines = block.group("lines");
        int most = lines == null ? 1 : Integer.parseInt(lines);
        return new Log(block.group("part"), most, block.group("log"));
    }

    /** Writes the document with other answers and log lines. */
    void write(String since, Function<Shown, String> now) throws IOException {
        String text =
                BLOCK.matcher(read())
                        .replaceAll(
                                result -> {
                                    String found = result.group();
                                    Matcher block = BLOCK.matcher(found);
                                    if (!block.matches()) throw new AssertionError(found);
                                    Shown shown = shown(block);
                                    String old = shown.text();
                                    String before =
                                            found.substring(0, found.length() - old.length() - 3);
                                    before = before.replaceAll("since=[^&']+", "since=" + since);
                                    return Matcher.quoteReplacement(
                                            before + now.apply(shown) + "```");
                                });
        Files.writeString(path, text);
    }

    String read() {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * {@return the lines of a text without what differs from run to run} Times, durations and
     * numbers become signs, columns stand one space apart, and the lines are sorted: two things
     * that happen in the same second have no order.
     */
    static List<String> shape(String text) {
        return text.lines().map(Guide::shapeOfLine).sorted().toList();
    }

    static String shapeOfLine(String line) {
        return line.replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "<time>")
                .replaceAll("PT[\\dHMS.]+|\\b\\d+h( \\d+m)?|\\b\\d+m \\d+s", "<duration>")
                .replaceAll("\\b[\\d.]+(m|s|ms)\\b", "<duration>")
                .replaceAll("incarnation [0-9a-f]+", "incarnation <number>")
                .replaceAll("\\d+", "<number>")
                .replaceAll(" +", " ")
                .strip();
    }
}

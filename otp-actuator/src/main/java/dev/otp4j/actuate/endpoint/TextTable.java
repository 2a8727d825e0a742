/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A table as text for a terminal: columns are as wide as their widest cell. */
final class TextTable {
    private final List<String> head;
    private final Set<String> numbers;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param head titles of the columns
     * @param numbers titles of the columns that are aligned to the right
     */
    TextTable(List<String> head, Set<String> numbers) {
        this.head = head;
        this.numbers = numbers;
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** The titles and the rows, or nothing if there is no row. */
    String text() {
        if (rows.isEmpty()) return "";
        return line(head) + rows.stream().map(this::line).collect(Collectors.joining());
    }

    private String line(List<String> cells) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String space = " ".repeat(width(i) - cell.length());
            boolean right = numbers.contains(head.get(i));
            line.append(right ? space + cell : cell + space).append("  ");
        }
        return line.toString().stripTrailing() + "\n";
    }

    private int width(int column) {
        int widest = head.get(column).length();
        for (List<String> row : rows) widest = Math.max(widest, row.get(column).length());
        return widest;
    }
}

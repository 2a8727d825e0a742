/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The file {@code dashboards/otp-grafana.json}. */
final class Dashboard {
    static final Path FILE = Path.of("..", "dashboards", "otp-grafana.json");

    /** What Grafana puts in for its own variables, of the size that suits a test. */
    private static final Map<String, String> GRAFANA =
            Map.of("__rate_interval", "10s", "__range", "60s");

    private final JsonNode root;

    private Dashboard(JsonNode root) {
        this.root = root;
    }

    /** A query of a panel. */
    record Query(String row, String panel, String expression, boolean isInstant) {
        /** {@return the expression with the values of variables put in} */
        String with(Map<String, String> variables) {
            String text = expression;
            var all = new ArrayList<>(variables.entrySet());
            all.addAll(GRAFANA.entrySet());
            for (var variable : all) {
                text = text.replace("$" + variable.getKey(), variable.getValue());
            }
            if (text.contains("$")) throw new AssertionError("unknown variable: " + text);
            return text;
        }

        @Override
        public String toString() {
            return row + " / " + panel + ": " + expression;
        }
    }

    /** A variable whose values are those of a label: {@code label_values(selector, label)}. */
    record Variable(String name, String selector, String label) {}

    static Dashboard read() {
        try {
            return new Dashboard(JsonMapper.shared().readTree(Files.readString(FILE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    List<JsonNode> panels() {
        return root.get("panels").valueStream().toList();
    }

    List<JsonNode> variables() {
        return root.get("templating").get("list").valueStream().toList();
    }

    /** {@return the variables that Grafana fills by a query} */
    List<Variable> labelVariables() {
        return variables().stream()
                .filter(variable -> text(variable, "type").equals("query"))
                .map(Dashboard::labelVariable)
                .toList();
    }

    private static Variable labelVariable(JsonNode variable) {
        String query = text(variable.get("query"), "query");
        int comma = query.lastIndexOf(", ");
        String selector = query.substring("label_values(".length(), comma);
        String label = query.substring(comma + 2, query.length() - 1);
        return new Variable(text(variable, "name"), selector, label);
    }

    List<Query> queries() {
        var found = new ArrayList<Query>();
        String row = "";
        for (JsonNode panel : panels()) {
            String title = text(panel, "title");
            if (text(panel, "type").equals("row")) row = title;
            for (JsonNode target : targets(panel)) {
                found.add(
                        new Query(
                                row,
                                title,
                                text(target, "expr"),
                                target.get("instant").booleanValue()));
            }
        }
        return found;
    }

    static List<JsonNode> targets(JsonNode panel) {
        JsonNode targets = panel.get("targets");
        return targets == null ? List.of() : targets.valueStream().toList();
    }

    static String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null ? "" : value.stringValue();
    }
}

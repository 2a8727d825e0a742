/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What Grafana's importer and panels need, without a Grafana; {@link PrometheusTests} runs the
 * queries.
 */
class DashboardTests {
    private static final int WIDTH = 24;
    private static final Set<String> TYPES = Set.of("row", "stat", "timeseries", "table");
    private static final Set<String> UNITS =
            Set.of("short", "percentunit", "s", "cpm", "cps", "mps");
    private static final Pattern METER =
            Pattern.compile("(?m)^\\| `(otp\\.[a-z.]+)` \\| [a-z() ]*(gauge|counter|timer) \\|");

    private final Dashboard dashboard = Dashboard.read();
    private final List<JsonNode> panels = dashboard.panels();

    private List<JsonNode> charts() {
        return panels.stream()
                .filter(panel -> !Dashboard.text(panel, "type").equals("row"))
                .toList();
    }

    @Test
    void canBeImported() {
        JsonNode root = dashboard.root();
        assertThat(root.get("id").isNull()).as("a new dashboard has no id yet").isTrue();
        assertThat(root.get("schemaVersion").intValue()).isBetween(36, 41);
        assertThat(Dashboard.text(root, "uid")).matches("[a-zA-Z0-9_-]{1,40}");
        assertThat(Dashboard.text(root, "title")).isNotBlank();
        assertThat(panels).extracting(panel -> Dashboard.text(panel, "type")).isSubsetOf(TYPES);
    }

    @Test
    void panelsHaveIdsOfTheirOwnAndDoNotOverlap() {
        var ids = new HashSet<Integer>();
        var cells = new HashSet<List<Integer>>();
        for (JsonNode panel : panels) {
            String title = Dashboard.text(panel, "title");
            assertThat(ids.add(panel.get("id").intValue())).as(title).isTrue();
            assertThat(cellsOf(panel)).as(title).isNotEmpty().allMatch(cells::add);
            assertThat(cellsOf(panel)).allMatch(cell -> cell.getFirst() < WIDTH);
        }
    }

    private static List<List<Integer>> cellsOf(JsonNode panel) {
        JsonNode at = panel.get("gridPos");
        var cells = new ArrayList<List<Integer>>();
        for (int x = 0; x < at.get("w").intValue(); x++) {
            for (int y = 0; y < at.get("h").intValue(); y++) {
                cells.add(List.of(at.get("x").intValue() + x, at.get("y").intValue() + y));
            }
        }
        return cells;
    }

    @Test
    void panelsSayWhatTheyShowAndInWhichUnit() {
        assertThat(charts())
                .hasSizeGreaterThan(30)
                .allSatisfy(
                        panel -> {
                            assertThat(Dashboard.text(panel, "title")).isNotBlank();
                            assertThat(Dashboard.text(panel, "description")).endsWith(".");
                            JsonNode defaults = panel.get("fieldConfig").get("defaults");
                            assertThat(Dashboard.text(defaults, "unit")).isIn(UNITS);
                        });
    }

    @Test
    void linesAreToldApartByTheirNamesToo() {
        assertThat(charts())
                .filteredOn(panel -> Dashboard.text(panel, "type").equals("timeseries"))
                .allSatisfy(
                        panel -> {
                            JsonNode legend = panel.get("options").get("legend");
                            assertThat(legend.get("showLegend").booleanValue()).isTrue();
                            assertThat(Dashboard.targets(panel))
                                    .extracting(target -> Dashboard.text(target, "legendFormat"))
                                    .doesNotContain("")
                                    .doesNotHaveDuplicates();
                        });
    }

    @Test
    void queriesUseTheDataSourceOfTheVariable() {
        for (JsonNode panel : charts()) {
            assertThat(source(panel)).isEqualTo("${datasource}");
            assertThat(Dashboard.targets(panel)).isNotEmpty();
            var names = new HashSet<String>();
            for (JsonNode target : Dashboard.targets(panel)) {
                assertThat(source(target)).isEqualTo("${datasource}");
                assertThat(names.add(Dashboard.text(target, "refId"))).isTrue();
            }
        }
        assertThat(dashboard.variables())
                .filteredOn(variable -> Dashboard.text(variable, "type").equals("query"))
                .hasSize(3)
                .extracting(DashboardTests::source)
                .containsOnly("${datasource}");
        assertThat(Dashboard.text(dashboard.variables().getFirst(), "type"))
                .isEqualTo("datasource");
    }

    private static String source(JsonNode node) {
        return Dashboard.text(node.get("datasource"), "uid");
    }

    @Test
    void queriesFollowTheVariables() {
        assertThat(dashboard.queries())
                .filteredOn(query -> query.expression().contains("otp_"))
                .allSatisfy(
                        query ->
                                assertThat(query.expression())
                                        .contains("job=~\"$job\"", "instance=~\"$instance\""));
    }

    @Test
    void eachMeterIsShown() throws IOException {
        String expressions =
                dashboard.queries().stream()
                        .map(Dashboard.Query::expression)
                        .collect(Collectors.joining("\n"));
        String reference = Files.readString(Path.of("..", "docs", "monitoring.md"));

        assertThat(METER.matcher(reference).results().map(DashboardTests::inPrometheus))
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(expressions).containsPattern(name));
    }

    /** The name of a meter as Prometheus has it, with the ending for its kind. */
    private static String inPrometheus(MatchResult row) {
        return row.group(1).replace('.', '_') + "(_seconds)?(_count|_total)?(?![a-z_])";
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What real supervisors report and what terminate callbacks say, by path of the supervisor. */
final class ModelLog implements SupervisorListener {
    private final Map<String, List<String>> lines = new ConcurrentHashMap<>();

    void add(String path, String line) {
        lines.computeIfAbsent(path, p -> Collections.synchronizedList(new ArrayList<>())).add(line);
    }

    @Override
    public void counted(SupervisorReport report) {
        if (report.context() == SupervisorReport.Context.STARTED) return;
        String path = report.supervisorPath();
        add(
                path.startsWith("/") ? path : "/",
                report.context()
                        + " "
                        + several(report.child(), report.children())
                        + " "
                        + ModelWorld.words(report.reason()));
    }

    /** A child, and how many more it stands for. */
    static String several(String child, int count) {
        return count == 1 ? child : child + " and " + (count - 1) + " more";
    }

    Map<String, List<String>> lines() {
        var copy = new TreeMap<String, List<String>>();
        lines.forEach((path, some) -> copy.put(path, List.copyOf(some)));
        return copy;
    }

    void clear() {
        lines.clear();
    }
}

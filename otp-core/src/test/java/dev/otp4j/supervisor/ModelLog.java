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
    public void reported(SupervisorReport report) {}

    @Override
    public void counted(SupervisorReport report) {
        if (report.context() == SupervisorReport.Context.STARTED) return;
        String path = report.supervisorPath();
        add(path.startsWith("/") ? path : "/", line(report));
    }

    private static String line(SupervisorReport report) {
        return report.children() > 1
                ? several(report.children(), ChildFailure.type(report.reason()))
                : report.context() + " " + report.child() + " " + ModelWorld.words(report.reason());
    }

    /** So many children of a factory that stopped had to be killed, or failed. */
    static String several(int children, String kind) {
        return SupervisorReport.Context.SHUTDOWN_ERROR + " " + children + " of them " + kind;
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

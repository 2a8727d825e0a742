/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.ObjectName;

/** How many objects of each class live, after a collection: what is kept for ever shows here. */
public final class LiveObjects {
    private final Map<String, Long> counts = new HashMap<>();

    private LiveObjects() {}

    /** Collects garbage and counts what is left. */
    public static LiveObjects count() {
        var live = new LiveObjects();
        for (String line : histogram().split("\n")) {
            String[] columns = line.trim().split("\\s+");
            boolean counts = columns.length >= 4 && columns[0].endsWith(":");
            if (counts) live.counts.merge(columns[3], Long.parseLong(columns[1]), Long::sum);
        }
        return live;
    }

    private static String histogram() {
        try {
            return (String)
                    ManagementFactory.getPlatformMBeanServer()
                            .invoke(
                                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                    "gcClassHistogram",
                                    new Object[] {null},
                                    new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    /** Classes of which there are at least so many more than before, with how many. */
    public Map<String, Long> growth(LiveObjects before, long least) {
        var grown = new TreeMap<String, Long>();
        counts.forEach(
                (type, count) -> {
                    long more = count - before.counts.getOrDefault(type, 0L);
                    if (more >= least) grown.put(type, more);
                });
        return grown;
    }
}

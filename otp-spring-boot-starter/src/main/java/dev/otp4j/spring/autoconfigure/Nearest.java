/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the name that differs from a misspelt one in the fewest letters. */
final class Nearest {
    private Nearest() {}

    static @Nullable String to(String misspelt, Collection<String> known) {
        String wanted = Tuning.uniform(misspelt);
        String nearest = null;
        int least = Math.max(2, wanted.length() / 2) + 1;
        for (String name : known) {
            int distance = distance(wanted, Tuning.uniform(name));
            if (distance >= least) continue;
            least = distance;
            nearest = name;
        }
        return nearest;
    }

    /** How many letters must be added, removed or replaced (the Levenshtein distance). */
    private static int distance(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) above[j] = j;
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(row[j - 1], above[j]) + 1);
            }
            above = row;
        }
        return above[to.length()];
    }
}

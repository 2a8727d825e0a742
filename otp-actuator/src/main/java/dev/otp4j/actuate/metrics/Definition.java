/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.supervisor.SupervisorReport;
import dev.otp4j.supervisor.TreeNode;
import io.micrometer.core.instrument.Tags;

/**
 * What processes are instances of: the only thing that tags a meter, so that a factory with many
 * children has as many meters as one with none.
 *
 * @param actor name of the child in the code; for children of a factory, the factory's
 * @param supervisor name of its supervisor in the code
 */
record Definition(String actor, String supervisor) {

    static Definition of(SupervisorReport report) {
        String supervisor = ofPath(report.supervisorPath());
        boolean made = !report.child().equals(report.definition());
        return new Definition(made ? supervisor : report.child(), supervisor);
    }

    /** What a child is an instance of, if its supervisor is an instance of {@code supervisor}. */
    static Definition of(TreeNode child, TreeNode parent, String supervisor) {
        boolean made = parent.kind() == TreeNode.Kind.FACTORY_SUPERVISOR;
        return new Definition(made ? supervisor : child.name(), supervisor);
    }

    /** The last name of a path that is not the number that a factory gave. */
    private static String ofPath(String path) {
        String rest = path;
        while (rest.length() > 1) {
            int slash = rest.lastIndexOf('/');
            String name = rest.substring(slash + 1);
            if (!name.chars().allMatch(Character::isDigit)) return name;
            rest = rest.substring(0, Math.max(slash, 0));
        }
        return "root";
    }

    Tags tags() {
        return Tags.of("actor", actor, "supervisor", supervisor);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.supervisor.SupervisorReport;
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
        return new Definition(report.definition(), report.supervisorDefinition());
    }

    /** Whether it is of children of a factory: they come and go, it stays. */
    boolean isOfFactory() {
        return actor.equals(supervisor);
    }

    boolean is(String otherActor, String otherSupervisor) {
        return actor.equals(otherActor) && supervisor.equals(otherSupervisor);
    }

    Tags tags() {
        return Tags.of("actor", actor, "supervisor", supervisor);
    }
}

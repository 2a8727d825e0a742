/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.supervisor.SupervisorReport;
import io.micrometer.core.instrument.Tags;

/**
 * The definition in the code that processes are instances of. Meters are tagged by definition only,
 * so that a factory with many children has as many meters as a factory with none.
 *
 * @param actor name of the child in the code; for children of a factory, name of the factory
 * @param supervisor name of its supervisor in the code
 */
record Definition(String actor, String supervisor) {

    static Definition of(SupervisorReport report) {
        return new Definition(report.definition(), report.supervisorDefinition());
    }

    /**
     * Whether this defines the children of a factory. Those children come and go, the definition
     * stays.
     */
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

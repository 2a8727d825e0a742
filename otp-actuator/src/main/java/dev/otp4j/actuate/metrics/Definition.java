/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.supervisor.ChildEnd;
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
    /** Of processes that no supervisor of the tree has started, and of those long gone. */
    static final Definition UNKNOWN = new Definition("unknown", "unknown");

    static Definition of(SupervisorReport report) {
        return new Definition(report.definition(), report.supervisorDefinition());
    }

    static Definition of(ChildEnd end) {
        return new Definition(end.definition(), end.supervisorDefinition());
    }

    static Definition of(ProcessDefinition process) {
        return new Definition(process.name(), process.supervisor());
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

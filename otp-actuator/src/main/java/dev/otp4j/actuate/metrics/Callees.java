/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.process.FailedCall;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.SupervisorReport;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the definition of a callee, also of one that has ended: by its name, or by the supervisor
 * at its path. Of {@value #MOST} names and of as many supervisors it knows that; callees of any
 * other are {@link Definition#UNKNOWN}. Thread-safe.
 */
final class Callees {
    static final int MOST = 1_000;

    private record Above(String definition, boolean isFactory) {}

    private final Map<Name<?>, Definition> names = new ConcurrentHashMap<>();
    private final Map<String, Above> supervisors = new ConcurrentHashMap<>();

    /** A child was started. */
    void started(SupervisorReport report, Definition definition) {
        String path = report.supervisorPath();
        if (!supervisors.containsKey(path) && supervisors.size() < MOST) {
            supervisors.put(path, new Above(definition.supervisor(), definition.isOfFactory()));
        }
        Pid pid = report.pid();
        if (definition.isOfFactory() || pid == null) return;
        ProcessInfo.nameOf(pid)
                .filter(name -> names.size() < MOST || names.containsKey(name))
                .ifPresent(name -> names.put(name, definition));
    }

    /** A definition is gone. */
    void remove(Definition definition) {
        names.values().removeIf(definition::equals);
    }

    /** A supervisor's definition is gone. */
    void removeSupervisor(String definition) {
        supervisors.values().removeIf(above -> above.definition().equals(definition));
    }

    Definition of(FailedCall call) {
        Pid callee = call.callee();
        Definition found = callee == null ? null : ofLiving(callee);
        if (found != null) return found;
        Name<?> name = call.calleeName();
        found = name == null ? null : names.get(name);
        if (found == null && callee != null) found = ofPath(callee);
        return found == null ? Definition.UNKNOWN : found;
    }

    private static @Nullable Definition ofLiving(Pid callee) {
        return ProcessDefinition.of(callee).map(Definition::of).orElse(null);
    }

    private @Nullable Definition ofPath(Pid callee) {
        String path = ProcessInfo.pathOf(callee).orElse(null);
        if (path == null) return null;
        int end = path.lastIndexOf('/');
        Above above = supervisors.get(end == 0 ? "/" : path.substring(0, end));
        if (above == null) return null;
        String own = above.isFactory() ? above.definition() : path.substring(end + 1);
        return new Definition(own, above.definition());
    }
}

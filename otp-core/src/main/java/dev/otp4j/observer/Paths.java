/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.SupervisorReport;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How processes are called in what is kept: by path and definition, not by pid. */
final class Paths {
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private Paths() {}

    /** The path of a process, or the text of its pid if it has none. */
    static String of(Pid process) {
        return ProcessInfo.pathOf(process).orElseGet(process::toString);
    }

    /** The path of the child that a report is about. */
    static String of(SupervisorReport report) {
        String above = report.supervisorPath();
        return (above.equals("/") ? "" : above) + "/" + report.child();
    }

    /** What a process is an instance of, or null if that is not known. */
    static @Nullable String definitionOf(Pid process) {
        return ProcessDefinition.of(process).map(ProcessDefinition::name).orElse(null);
    }

    /** The definition of a receiver, also of one that has ended, else its name or pid. */
    static String receiver(@Nullable Pid receiver, @Nullable Name<?> name) {
        if (receiver == null) return name == null ? "unknown" : name.toString();
        String definition = definitionOf(receiver);
        if (definition != null) return definition;
        boolean placed = ProcessInfo.pathOf(receiver).isPresent();
        return placed || name == null ? ofEnded(receiver) : name.toString();
    }

    /**
     * Of a process that has ended only its path is left: its name in it, or for a numbered child of
     * a factory that of the factory, is the definition.
     */
    static String ofEnded(Pid process) {
        String path = ProcessInfo.pathOf(process).orElse(null);
        if (path == null) return process.toString();
        String[] names = path.split("/");
        boolean numbered = names.length > 2 && NUMBER.matcher(names[names.length - 1]).matches();
        return names.length == 0 ? path : names[names.length - (numbered ? 2 : 1)];
    }

    /** {@code TimedOut} and {@code TIMED_OUT} as {@code timed-out}. */
    static String kebab(String name) {
        boolean constant = name.equals(name.toUpperCase(Locale.ROOT));
        String split = constant ? name : name.replaceAll("(?<=[a-z])(?=[A-Z])", "-");
        return split.replace('_', '-').toLowerCase(Locale.ROOT);
    }
}

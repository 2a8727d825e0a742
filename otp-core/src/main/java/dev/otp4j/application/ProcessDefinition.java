/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.internal.path.Path;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.Optional;

/**
 * What a supervised process is an instance of, by names in the code: for tools that sum over the
 * children of a factory.
 *
 * {@snippet :
 * ProcessDefinition.of(Processes.self()).ifPresent(own -> count(own.name()));
 * }
 *
 * @param name what the process is an instance of: its id, or what its factory is an instance of
 * @param supervisor what its supervisor is an instance of: its id, {@code root}, or, if a factory
 *     made it, what that factory is an instance of
 * @since 0.1.0
 */
public record ProcessDefinition(String name, String supervisor) {
    /**
     * {@return what a process is an instance of} Empty if no supervisor started it, as for the root
     * of a tree, or it has ended. Known from the first instant of the process, its initialiser
     * included. Neither locks nor sends a message.
     */
    public static Optional<ProcessDefinition> of(Pid process) {
        SupervisorInfo supervisor =
                ProcessInfo.parentOf(process).flatMap(SupervisorInfo::of).orElse(null);
        if (supervisor == null) return Optional.empty();
        String above = supervisor.definition();
        if (supervisor.isFactory()) return Optional.of(new ProcessDefinition(above, above));
        String path =
                ProcessInfo.pathOf(process)
                        .orElse(null); // of a factory's child it would have to be made
        if (path == null) return Optional.empty();
        return Optional.of(new ProcessDefinition(Path.last(path), above));
    }
}

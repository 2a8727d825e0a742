/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The subjects of a runtime that were written as plain values, and are found by these. */
final class ExportedSubjects {
    private final ProcessRuntime runtime;
    private final Map<SubjectReference, Subject<?>> exported = new ConcurrentHashMap<>();

    ExportedSubjects(ProcessRuntime runtime) {
        this.runtime = runtime;
    }

    SubjectReference export(Subject<?> subject) {
        SubjectReference reference =
                switch (subject) {
                    case LocalSubject<?> local ->
                            new SubjectReference(
                                    runtime.node(), local.owner().serial(), local.tag(), null);
                    case NamedSubject<?> named when named.ofName().key().isPresent() ->
                            new SubjectReference(
                                    runtime.node(), 0, 0, named.ofName().key().orElseThrow());
                    default ->
                            throw new IllegalArgumentException(
                                    "cannot be written as a reference: " + subject);
                };
        boolean written = exported.putIfAbsent(reference, subject) != null;
        if (!written && subject instanceof LocalSubject<?> local) {
            runtime.whenEnded(local.owner()).thenRun(() -> exported.remove(reference));
        }
        return reference;
    }

    @Nullable Subject<?> find(SubjectReference reference) {
        Subject<?> found = exported.get(reference);
        if (found instanceof LocalSubject<?> local && !local.bound().alive()) return null;
        return found;
    }
}

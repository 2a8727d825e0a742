/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * The child because of which a supervisor gave up: it used up the restart tolerance, or it was
 * significant and its end stopped the supervisor. If that child is a supervisor that gave up
 * itself, the offender is the child below it, and so on.
 *
 * <p>Counterpart: the {@code offender} of a supervisor report.
 *
 * @param child path of the child
 * @param supervisor path of its supervisor, the first one that gave up
 * @param failure when and why the child ended last, or could not be started
 * @since 0.1.0
 */
public record Offender(String child, String supervisor, ChildFailure failure) {
    /** {@return the child, and the reason of its last end, without texts of exceptions} */
    @Override
    public String toString() {
        return "child '%s' ended with reason=%s".formatted(child, failure.reason());
    }
}

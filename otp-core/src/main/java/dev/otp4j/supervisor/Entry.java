/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/** A child of a static supervisor: its specification and its record. */
record Entry(ChildSpecification<?> specification, Child child) {
    static Entry of(ChildSpecification<?> specification) {
        var child = new NamedChild(specification.id(), specification.terms());
        return new Entry(specification, child);
    }

    boolean isTemporary() {
        return child.restart() == Restart.TEMPORARY;
    }

    boolean isSignificant() {
        return child.terms().significant();
    }
}

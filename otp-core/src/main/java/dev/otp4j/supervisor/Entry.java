/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/** A child of a static supervisor: its specification and its record. */
record Entry(ChildSpecification<?> specification, Child child) {
    static Entry of(ChildSpecification<?> specification) {
        return new Entry(
                specification,
                new NamedChild(
                        specification.id(),
                        new ChildTerms(
                                specification.type(),
                                specification.restart(),
                                specification.shutdown(),
                                specification.isSignificant(),
                                specification.declaredBy().orElse(null))));
    }

    boolean isTemporary() {
        return child.restart() == Restart.TEMPORARY;
    }

    boolean isSignificant() {
        return child.terms().significant();
    }
}

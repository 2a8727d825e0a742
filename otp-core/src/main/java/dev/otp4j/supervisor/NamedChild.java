/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/** The record of a child that has its own id. */
final class NamedChild extends Child {
    private final String id;
    private final ChildTerms terms;

    NamedChild(String id, ChildTerms terms) {
        this.id = id;
        this.terms = terms;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    ChildTerms terms() {
        return terms;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.sample.ledger.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a courier that are not known to be stored: those that it has asked for, which is
 * one request at a time, and those that wait for the next request.
 *
 * @param number number of the last request
 * @param asked the results in the request whose answer has not come; empty if there is none
 * @param waiting later results
 */
record Unstored(long number, List<Outcome> asked, List<Outcome> waiting) {
    static final Unstored NONE = new Unstored(0, List.of(), List.of());

    boolean isEmpty() {
        return asked.isEmpty() && waiting.isEmpty();
    }

    int size() {
        return asked.size() + waiting.size();
    }

    Unstored with(Outcome outcome) {
        return new Unstored(number, asked, joined(waiting, List.of(outcome)));
    }

    /** {@return all of them, in order} */
    List<Outcome> all() {
        return joined(asked, waiting);
    }

    boolean canAsk() {
        return asked.isEmpty() && !waiting.isEmpty();
    }

    /** The results that waited become the next request. */
    Unstored asking() {
        return new Unstored(number + 1, waiting, List.of());
    }

    /** The request was answered: its results are stored. */
    Unstored stored() {
        return new Unstored(number, List.of(), waiting);
    }

    private static List<Outcome> joined(List<Outcome> first, List<Outcome> second) {
        var all = new ArrayList<Outcome>(first.size() + second.size());
        all.addAll(first);
        all.addAll(second);
        return all;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import dev.otp4j.sample.ledger.EventTypes;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the event types of a subscription. */
final class EventTypesJson {
    private EventTypesJson() {}

    /** {@return the types; all if there is no list, or an empty one} */
    static EventTypes read(@Nullable JsonNode list) {
        if (list == null || list.isNull()) return EventTypes.ALL;
        if (!list.isArray()) throw notTexts();
        var patterns = new ArrayList<String>();
        for (JsonNode each : list) {
            if (!each.isString()) throw notTexts();
            patterns.add(each.stringValue());
        }
        try {
            return EventTypes.of(patterns);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(e.getMessage());
        }
    }

    private static ProblemException notTexts() {
        return ProblemException.badRequest(
                "'eventTypes' must be a list of texts, such as [\"invoice.paid\", \"order.*\"]");
    }
}

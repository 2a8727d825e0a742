/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Map;

/**
 * How the messages and states of users are shown in reports and logs. By default only their types
 * and sizes are shown, because their content may be confidential.
 *
 * {@snippet :
 * Redaction redaction = value -> value instanceof Order order ? "order " + order.id() : Redaction.typeAndSize(value);
 * ProcessRuntime runtime = ProcessRuntime.builder().redaction(redaction).build();
 * }
 *
 * <p>Called in the process that ends by a failure: must not block. If it throws, the report shows
 * the type of the exception in place of the value.
 *
 * <p>Counterpart: {@code format_status}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Redaction {
    /** {@return a text that may be written to a log} */
    String show(Object value);

    /**
     * {@return the value's type and, if it has one, its size, as in {@code java.util.ArrayList of
     * 3}} The text has nothing of the value's content.
     */
    static String typeAndSize(Object value) {
        String type = value.getClass().getTypeName();
        int size = size(value);
        return size < 0 ? type : type + " of " + size;
    }

    private static int size(Object value) {
        return switch (value) {
            case CharSequence text -> text.length();
            case Collection<?> collection -> collection.size();
            case Map<?, ?> map -> map.size();
            default -> value.getClass().isArray() ? Array.getLength(value) : -1;
        };
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import org.jspecify.annotations.Nullable;

/**
 * Why a subscriber gave no status: a category, and at most a short text in which all control
 * characters are escaped. So a subscriber cannot write into the log, and the relay shows none of
 * what some other server answered.
 */
record Failure(Category category, @Nullable String detail) {
    private static final int MAX_DETAIL = 80;

    /** The kind of a failure. */
    enum Category {
        UNKNOWN_HOST("unknown host"),
        ADDRESS_NOT_ALLOWED("address not allowed"),
        REFUSED("connection refused"),
        UNREACHABLE("host unreachable"),
        TIMEOUT("no answer in time"),
        CLOSED("connection closed before an answer"),
        NOT_HTTP("the answer is not HTTP"),
        NO_TLS("no secure connection"),
        OTHER("no answer");

        private final String text;

        Category(String text) {
            this.text = text;
        }
    }

    Failure {
        detail = detail == null ? null : escaped(detail);
    }

    static Failure of(Category category) {
        return new Failure(category, null);
    }

    private static String escaped(String text) {
        var result = new StringBuilder();
        for (int i = 0; i < text.length() && result.length() < MAX_DETAIL; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F) result.append(c);
            else result.append("\\u%04x".formatted((int) c));
        }
        return result.toString();
    }

    /** {@return the text for the log and for the HTTP interface} */
    String text() {
        return detail == null ? category.text : category.text + ": " + detail;
    }
}

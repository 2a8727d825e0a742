/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;

/**
 * Which texts of exceptions, and which messages, are shown: none, or what Boot's sanitizing
 * functions leave of them.
 *
 * @param shown whether any is
 * @param sanitizer the application's functions
 */
record ShownValues(boolean shown, Sanitizer sanitizer) {
    /** The key under which functions see the text of an exception. */
    static final String CRASH_TEXT = "crash.text";

    /** The key under which functions see a message. */
    static final String CRASH_MESSAGE = "crash.message";

    /** The key under which functions see why a callee ended. */
    static final String CALL_TEXT = "call.text";

    /** The text as it may be shown, or null if it is not. */
    @Nullable String text(String key, @Nullable String text) {
        if (!shown || text == null) return null;
        Object sanitized = sanitizer.sanitize(new SanitizableData(null, key, text), true);
        return sanitized == null ? null : sanitized.toString();
    }

    /** The same for several texts; null if none is shown. */
    @Nullable List<String> texts(String key, List<String> texts) {
        if (!shown) return null;
        return texts.stream().map(text -> String.valueOf(text(key, text))).toList();
    }
}

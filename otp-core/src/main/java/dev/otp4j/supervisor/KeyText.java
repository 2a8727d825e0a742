/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.internal.user.UserCode;

/**
 * The text of a key as a part of a path. What would cut the path or a line is written as in a URL:
 * {@code a/b} is {@code a%2Fb}.
 */
final class KeyText {
    private static final int LONGEST = 200;

    private KeyText() {}

    /** Never throws, never blank. */
    static String of(Object key) {
        String text = UserCode.text(key);
        if (text.length() > LONGEST) text = shortened(text);
        if (text.isBlank()) return "%20";
        for (int i = 0; i < text.length(); i++) {
            if (isHostile(text.charAt(i))) return escaped(text);
        }
        return text;
    }

    private static boolean isHostile(char c) {
        return c == '/' || c == '%' || Character.isISOControl(c);
    }

    private static String escaped(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isHostile(c)) escaped.append("%%%02X".formatted((int) c));
            else escaped.append(c);
        }
        return escaped.toString();
    }

    /** Long keys that begin alike get different texts. */
    private static String shortened(String text) {
        return text.substring(0, LONGEST / 2) + "~" + Integer.toHexString(text.hashCode());
    }
}

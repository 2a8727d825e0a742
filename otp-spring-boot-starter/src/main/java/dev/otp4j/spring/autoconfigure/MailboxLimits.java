/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.MailboxLimit;
import dev.otp4j.spring.TreeDeclarationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** Parses the limits of mailboxes that annotations and properties give as text. */
final class MailboxLimits {
    static final String WANTED =
            "'unlimited', 'N reject', 'N drop-newest' or 'N block T' with a positive number N and a"
                    + " duration T, such as '1000 block 5s'";

    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,9})\\s+(?:(reject)|(drop-newest)|block\\s+(\\S+))");

    private MailboxLimits() {}

    /**
     * {@return the limit, or null for none}
     *
     * @throws IllegalArgumentException if the text is no limit
     */
    static @Nullable MailboxLimit parse(String text) {
        String trimmed = text.strip();
        if (trimmed.equals("unlimited")) return null;
        Matcher parts = TEXT.matcher(trimmed);
        if (!parts.matches()) throw new IllegalArgumentException(text);
        int capacity = Integer.parseInt(parts.group(1));
        if (parts.group(2) != null) return MailboxLimit.rejecting(capacity);
        if (parts.group(3) != null) return MailboxLimit.droppingNewest(capacity);
        return MailboxLimit.blocking(capacity, DurationStyle.detectAndParse(parts.group(4)));
    }

    static boolean isLimit(String text) {
        try {
            parse(text);
            return true;
        } catch (IllegalArgumentException | ArithmeticException notOne) {
            return false;
        }
    }

    /** Parses the attribute of an annotation. */
    static @Nullable MailboxLimit parse(String text, String of) {
        if (isLimit(text)) return parse(text);
        throw new TreeDeclarationException(
                "The attribute 'mailbox' of %s must be %s: \"%s\".".formatted(of, WANTED, text),
                "Set 'mailbox' to such a text, for instance \"1000 reject\".");
    }
}

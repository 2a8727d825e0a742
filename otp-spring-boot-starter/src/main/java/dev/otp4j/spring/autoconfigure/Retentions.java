/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.MailboxRetention;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.Restart;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses what annotations and properties say of retained mailboxes. */
final class Retentions {
    static final String WANTED =
            "'off', 'drop', 'retry N' or 'retry N park M' with positive numbers N and M, such as"
                    + " 'retry 3 park 500'";

    private static final Pattern TEXT =
            Pattern.compile("drop|retry\\s+(\\d{1,9})(?:\\s+park\\s+(\\d{1,9}))?");

    private Retentions() {}

    /**
     * {@return the setting, or null for none}
     *
     * @throws IllegalArgumentException if the text is no such setting
     */
    static @Nullable MailboxRetention parse(String text) {
        String trimmed = text.strip();
        if (trimmed.equals("off")) return null;
        Matcher parts = TEXT.matcher(trimmed);
        if (!parts.matches()) throw new IllegalArgumentException(text);
        if (parts.group(1) == null) return MailboxRetention.dropping();
        MailboxRetention retrying = MailboxRetention.retrying(Integer.parseInt(parts.group(1)));
        return parts.group(2) == null
                ? retrying
                : retrying.parking(Integer.parseInt(parts.group(2)));
    }

    static boolean isRetention(String text) {
        try {
            parse(text);
            return true;
        } catch (IllegalArgumentException notOne) {
            return false;
        }
    }

    /** Parses the attribute of an annotation. */
    static @Nullable MailboxRetention parse(String text, String of) {
        if (isRetention(text)) return parse(text);
        throw new TreeDeclarationException(
                "The attribute 'retained' of %s must be %s: \"%s\".".formatted(of, WANTED, text),
                "Set 'retained' to such a text, for instance \"retry 3\".");
    }

    /** Refuses an actor that has no successor, which could get its messages. */
    static void check(@Nullable MailboxRetention retention, Restart restart, String of) {
        if (retention == null || restart != Restart.TEMPORARY) return;
        throw new TreeDeclarationException(
                "%s is TEMPORARY and has a retained mailbox (\"%s\"), but its supervisor never starts it again."
                        .formatted(of, retention),
                "Set 'restart' to PERMANENT or TRANSIENT, or 'retained' to \"off\".");
    }
}

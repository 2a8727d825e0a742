/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.AuditEvent;

/**
 * Where operations leave a trace: an audit event, or a log line where no audit events are kept.
 *
 * {@snippet :
 * new OtpEndpoint(system, observer, false, new Sanitizer(), OperationLog.audited(repository::add));
 * }
 *
 * <p>The type of an audit event is {@code OTP_ACTOR_} and the action, such as {@code
 * OTP_ACTOR_RESTART}; its data are {@code path}, {@code action}, {@code outcome} and {@code text}.
 *
 * @since 0.1.0
 */
public final class OperationLog {
    private static final Log LOG = LogFactory.getLog(OperationLog.class);
    private static final String TYPE = "OTP_ACTOR_";

    private final @Nullable Consumer<AuditEvent> events;

    private OperationLog(@Nullable Consumer<AuditEvent> events) {
        this.events = events;
    }

    /** {@return one that hands on audit events} A consumer that throws costs a log line. */
    public static OperationLog audited(Consumer<AuditEvent> events) {
        return new OperationLog(events);
    }

    /** {@return one that writes log lines} */
    public static OperationLog logged() {
        return new OperationLog(null);
    }

    void add(String principal, OtpAction action, String path, Outcome outcome) {
        String kind = Texts.lowerCase(outcome.kind());
        if (events != null && published(events, principal, action, path, outcome)) return;
        String line =
                "operation '%s' on '%s' by '%s': %s, %s"
                        .formatted(
                                Texts.lowerCase(action),
                                path,
                                printable(principal),
                                kind,
                                outcome.text());
        boolean fine = outcome.kind() == Outcome.Kind.DONE;
        if (fine) LOG.info(line);
        else LOG.warn(line);
    }

    private static boolean published(
            Consumer<AuditEvent> events,
            String principal,
            OtpAction action,
            String path,
            Outcome outcome) {
        Map<String, @Nullable Object> data =
                Map.of(
                        "path", path,
                        "action", Texts.lowerCase(action),
                        "outcome", Texts.lowerCase(outcome.kind()),
                        "text", outcome.text());
        try {
            events.accept(new AuditEvent(principal, TYPE + action.name(), data));
            return true;
        } catch (
                RuntimeException
                        failed) { // of a listener or a repository: the line takes its place
            LOG.warn("the audit event of an operation could not be kept", failed);
            return false;
        }
    }

    /** A name may hold line breaks. */
    private static String printable(String principal) {
        return principal.replaceAll("\\p{Cntrl}", "?");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a dead process with a retained mailbox, sorted by what becomes of each. The
 * thread that tells of the end fills this, and the thread that reports the end reads it.
 */
final class LeftMessages {
    private final Object subject;
    private final MailboxRetention setting;
    private final ExitReason reason;

    /** What the next process gets, in order. */
    final List<Envelope.Retained> going = new ArrayList<>();

    private final List<Envelope.Retained> parked = new ArrayList<>();
    private final List<Node> inHand = new ArrayList<>();
    private final List<Node> ending = new ArrayList<>();

    /** What came of {@link NameState#keep}. */
    NameState.Kept fate = NameState.Kept.NOT_HOLDER;

    /**
     * @param subject the subject whose messages outlive the process
     */
    LeftMessages(Object subject, MailboxRetention setting, ExitReason reason) {
        this.subject = subject;
        this.setting = setting;
        this.reason = reason;
    }

    /** Sorts in a message that was not in hand. */
    void queued(Node node) {
        if (isOwn(node)) going.add(retained(node, reply(node), attempts(node)));
        else ending.add(node);
    }

    /** Sorts in a message whose handler was running. */
    void inHand(Node node) {
        boolean again = setting.retries() > 0 && isOwn(node) && reply(node) == null;
        int attempts = attempts(node) + 1;
        if (!again) inHand.add(node);
        else if (attempts <= setting.retries()) going.add(retained(node, null, attempts));
        else parked.add(retained(node, null, attempts));
    }

    private boolean isOwn(Node node) {
        if (node.getClass() == Node.class) return true;
        return node instanceof Envelope envelope
                && !(node instanceof Tick)
                && (envelope.to == null || envelope.to == subject);
    }

    private static @Nullable ReplyCell reply(Node node) {
        return node instanceof Envelope envelope ? envelope.reply : null;
    }

    private static int attempts(Node node) {
        return node instanceof Envelope.Retained retained ? retained.attempts : 0;
    }

    private Envelope.Retained retained(Node node, @Nullable ReplyCell reply, int attempts) {
        Object context = node instanceof Envelope envelope ? envelope.context : null;
        return new Envelope.Retained(node.item, subject, reply, context, attempts);
    }

    /** Counts what was dropped, and parks what is handled no more. */
    void report(ProcessCell dead, NameState name) {
        Engine runtime = dead.runtime;
        inHand.forEach(node -> runtime.drop(DropReason.IN_HAND, node, dead));
        ending.forEach(node -> runtime.drop(DropReason.DEAD, node, dead));
        parked.forEach(message -> runtime.park(dead, message, cause(), setting.parked()));
        switch (fate) {
            case KEPT -> {
                runtime.retained(going.size());
                if (!going.isEmpty()) name.demanded();
            }
            case NOT_HOLDER -> going.forEach(node -> runtime.drop(DropReason.DEAD, node, dead));
            case NOT_HELD -> {
                going.forEach(node -> runtime.drop(DropReason.VACANT, node, name));
                if (!going.isEmpty()) warn(dead, name);
            }
        }
    }

    private void warn(ProcessCell dead, NameState name) {
        dead.runtime.warn(
                "'%s' dropped the %d messages that were queued at %s: %s"
                        .formatted(name, going.size(), dead, name.vacancyText()));
    }

    /** Without the text of an exception: it may have something of a message in it. */
    private String cause() {
        return switch (reason) {
            case ExitReason.Abnormal(Object cause) -> cause.getClass().getName();
            case ExitReason.Shutdown shutdown -> "shutdown";
            default -> reason.toString();
        };
    }
}

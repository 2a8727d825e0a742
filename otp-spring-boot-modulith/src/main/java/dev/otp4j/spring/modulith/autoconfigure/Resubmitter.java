/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.Subject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Looks for publications that failed and are due again, and for those whose attempt was lost, and
 * gives them to the dispatchers. It runs on each instance; a guarded update decides which one gets
 * an attempt. It takes no more than the dispatcher has room for.
 */
final class Resubmitter implements StatefulActor<Resubmitter.Look> {
    private static final Log LOG = LogFactory.getLog(Resubmitter.class);
    private static final int BATCH = 100;

    /** It is time to look. */
    record Look() {}

    /** What the resubmitter works with. */
    record Tools(
            Publications publications, EventReader events, Clock clock, BooleanSupplier running) {}

    private final List<TargetDesk<?>> desks;
    private final DurableDeliveryProperties settings;
    private final Tools tools;
    private @Nullable Subject<Look> self;
    private @Nullable RuntimeException unavailable;

    Resubmitter(List<TargetDesk<?>> desks, DurableDeliveryProperties settings, Tools tools) {
        this.desks = desks;
        this.settings = settings;
        this.tools = tools;
    }

    @Override
    public void started(Subject<Look> subject) {
        self = subject;
        again();
    }

    private void again() {
        Objects.requireNonNull(self).sendAfter(settings.pollInterval(), new Look());
    }

    @Override
    public Step handle(Look look) {
        if (tools.running.getAsBoolean()) lookAtAll();
        again();
        return Step.KEEP;
    }

    private void lookAtAll() {
        try {
            for (TargetDesk<?> desk : desks) lookAt(desk);
            unavailable = null;
        } catch (RuntimeException failure) {
            if (unavailable == null) {
                LOG.warn("The publications cannot be read, trying again", failure);
            }
            unavailable = failure;
        }
    }

    private void lookAt(TargetDesk<?> desk) {
        Instant now = tools.clock.instant();
        int most = settings.maxAttempts();
        Due due = Due.at(now, settings.staleness(), settings.backoff(), most);
        int room = BATCH - desk.tally.waiting;
        if (room > 0) {
            tools.publications
                    .due(desk.listenerId(), due, room)
                    .forEach(publication -> resubmit(desk, publication));
        }
        int lost = tools.publications.giveUpLost(desk.listenerId(), most, due.stale());
        if (lost > 0) {
            LOG.error(
                    "%d events of '%s' are given up: the last of %d attempts was lost"
                            .formatted(lost, desk.name(), most));
        }
        desk.tally.givenUp = tools.publications.countGivenUp(desk.listenerId(), most);
    }

    private void resubmit(TargetDesk<?> desk, Publication read) {
        long begun = System.nanoTime();
        Instant now = tools.clock.instant();
        if (!tools.publications.claim(read, now)) return; // another instance has it, or it is done
        desk.tally.resubmitted.incrementAndGet();
        Publication claimed = read.claimed(now);
        try {
            Object event = tools.events.read(claimed, desk.target().type());
            if (!desk.hasId(event)) {
                // its publisher was refused, and has committed all the same
                throw new UnreadableEventException(claimed, "has no id", null);
            }
            var attempt = new Attempt(event, begun, claimed);
            desk.dispatcher.subject().send(new Dispatcher.Message.Deliver(attempt));
        } catch (UnreadableEventException unreadable) {
            tools.publications.fail(claimed);
            desk.tally.failed.incrementAndGet();
            LOG.error(
                    "'%s' cannot get an event: attempt %d of %d"
                            .formatted(desk.name(), claimed.attempts(), settings.maxAttempts()),
                    unreadable);
        }
    }

    @Override
    public Object snapshot() {
        if (unavailable != null) return "the database cannot be asked: " + unavailable.getClass();
        long givenUp = desks.stream().mapToLong(desk -> Math.max(0, desk.tally.givenUp)).sum();
        return givenUp == 0
                ? "looks every " + settings.pollInterval()
                : "%d events are given up; the endpoint otpdelivery delivers them again"
                        .formatted(givenUp);
    }
}
